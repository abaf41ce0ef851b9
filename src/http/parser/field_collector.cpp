#include "http/parser/field_collector.hpp"

#include <algorithm>
#include <initializer_list>

#include <boost/beast/core/string.hpp>

#include "http/limits.hpp"

namespace curt::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using beast::http::verb;

/// What begins the names of X-Forwarded-For and its kin.
constexpr std::string_view kForwarded = "X-Forwarded-";

template <class Text>
std::string_view to_view(Text text) noexcept {
  return {text.data(), text.size()};
}

Method method_of(verb method) noexcept {
  switch (method) {
    case verb::get:
      return Method::get;
    case verb::head:
      return Method::head;
    case verb::post:
      return Method::post;
    case verb::put:
      return Method::put;
    case verb::patch:
      return Method::patch;
    case verb::delete_:
      return Method::delete_;
    case verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

/// Whether a header that tells a request's purpose says that its user has not asked for it (yet): Sec-Purpose
/// (https://fetch.spec.whatwg.org/#sec-purpose-header), and those that browsers sent before there was one.
bool is_ahead_of_its_user(std::string_view purpose) noexcept {
  // The words are of small letters only, which differ from the large ones in this bit.
  const auto is_same = [](char a, char b) { return (a | 0x20) == b; };
  const std::initializer_list<std::string_view> words{"prefetch", "prerender", "preview"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::search(purpose.begin(), purpose.end(), word.begin(), word.end(), is_same) != purpose.end();
  });
}

}  // namespace

FieldCollector::FieldCollector(Request& request, FramingFields& framing)
    : request_(request), framing_(framing) {
  header_limit(static_cast<std::uint32_t>(kMaxHead + 1));
  body_limit(kMaxBody);
}

void FieldCollector::on_request_impl(verb method, string_view, string_view target, int version, error_code&) {
  request_.method = method_of(method);
  request_.is_for_the_connection = method == verb::trace || method == verb::connect;
  request_.target = to_view(target);
  request_.version = version;
}

void FieldCollector::on_response_impl(int, string_view, int, error_code&) {}

void FieldCollector::on_field_impl(field name, string_view name_text, string_view value, error_code&) {
  const std::string_view text = to_view(value);
  switch (name) {
    case field::host:
      ++framing_.hosts;
      request_.host = text;
      return;
    case field::content_length:
      ++framing_.lengths;
      framing_.length = text;
      return;
    case field::transfer_encoding:
      ++framing_.encodings;
      framing_.encoding = text;
      return;
    case field::expect:
      framing_.expect = text;
      return;
    case field::accept:
      add_to(request_.accept, &Joined::accept, text);
      return;
    case field::accept_encoding:
      add_to(request_.accept_encoding, &Joined::accept_encoding, text);
      return;
    case field::content_encoding:
      add_to(request_.content_encoding, &Joined::content_encoding, text);
      return;
    case field::content_type:
      request_.content_type = text;
      return;
    case field::user_agent:
      request_.user_agent = text;
      return;
    case field::referer:
      request_.referrer = text;
      return;
    case field::origin:
      request_.origin = text;
      return;
    case field::authorization:
      request_.authorization = text;
      ++request_.authorizations;
      return;
    case field::if_match:
      add_to(request_.if_match, &Joined::if_match, text);
      request_.has_if_match = true;
      return;
    case field::access_control_request_method:
      request_.requested_method = text;
      return;
    case field::access_control_request_headers:
      request_.requested_headers = text;
      return;
    case field::forwarded:
    case field::via:
      request_.forwarded = true;
      return;
    case field::sec_fetch_site:
      request_.fetch_site = text == "same-origin" || text == "none" ? FetchSite::own : FetchSite::other;
      return;
    case field::sec_fetch_dest:
      request_.opens_page = text == "document";
      return;
    case field::unknown:
      collect_unlisted(to_view(name_text), text);
      return;
    default:
      return;
  }
}

void FieldCollector::add_to(std::string_view& list, std::string Joined::* joined, std::string_view value) {
  if (list.empty()) {
    list = value;
    return;
  }
  if (!joined_) joined_ = std::make_unique<Joined>();
  std::string& text = (*joined_).*joined;
  if (text.empty()) text = list;
  text.append(", ").append(value);
  list = text;
}

void FieldCollector::collect_unlisted(std::string_view name, std::string_view value) {
  switch (name.size()) {  // the length tells most of them apart without a comparison
    case 3:
      if (beast::iequals(name, "DNT")) request_.do_not_track |= value == "1";
      return;
    case 5:
      if (beast::iequals(name, "X-Moz")) request_.prefetch |= is_ahead_of_its_user(value);
      return;
    case 7:
      if (beast::iequals(name, "Sec-GPC")) {
        request_.do_not_track |= value == "1";
      } else if (beast::iequals(name, "Purpose")) {
        request_.prefetch |= is_ahead_of_its_user(value);
      }
      return;
    case 9:
      if (beast::iequals(name, "X-Purpose")) {
        request_.prefetch |= is_ahead_of_its_user(value);
      } else if (beast::iequals(name, "X-Real-IP")) {
        request_.forwarded = true;
      } else if (beast::iequals(name, "X-Api-Key")) {
        request_.api_key = value;
        ++request_.api_keys;
      }
      return;
    case 11:
      if (beast::iequals(name, "Sec-Purpose")) request_.prefetch |= is_ahead_of_its_user(value);
      return;
    case 12:
      if (beast::iequals(name, "X-Request-Id")) request_.request_id = value;
      return;
    case 15:
      if (beast::iequals(name, "Idempotency-Key")) {
        request_.idempotency_key = value;
        request_.has_idempotency_key = true;
        return;
      }
      if (beast::iequals(name, "X-Forwarded-For"))
        add_to(request_.forwarded_for, &Joined::forwarded_for, value);
      break;
    default:
      break;
  }
  // X-Forwarded-Host, -Proto and others too: some proxies send one of them alone.
  if (beast::iequals(name.substr(0, kForwarded.size()), kForwarded)) request_.forwarded = true;
}

void FieldCollector::on_header_impl(error_code&) {}

void FieldCollector::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) {}

std::size_t FieldCollector::on_body_impl(string_view body, error_code&) { return body.size(); }

void FieldCollector::on_chunk_header_impl(std::uint64_t, string_view, error_code&) {}

std::size_t FieldCollector::on_chunk_body_impl(std::uint64_t, string_view body, error_code&) {
  return body.size();
}

void FieldCollector::on_finish_impl(error_code&) {}

}  // namespace curt::http

#include "support/http/parse_requests.hpp"

#include <cstdlib>
#include <initializer_list>

#include <fmt/format.h>

#include "http/parser/request_parser.hpp"

namespace curt::test {
namespace {

using http::RequestParser;
using Status = RequestParser::Status;

Parsed copy_of(RequestParser& parser) {
  const http::Request& request = parser.request();
  Parsed copy;
  copy.method = request.method;
  copy.is_for_the_connection = request.is_for_the_connection;
  copy.path = request.path;
  copy.query = request.query;
  copy.has_query = request.has_query;
  copy.version = request.version;
  copy.keep_alive = request.keep_alive;
  copy.has_body = request.has_body;
  copy.expects_continue = request.expects_continue;
  copy.prefetch = request.prefetch;
  copy.do_not_track = request.do_not_track;
  copy.forwarded = request.forwarded;
  copy.fetch_site = request.fetch_site;
  copy.opens_page = request.opens_page;
  copy.body = request.body;
  for (const std::string_view field :
       {request.host, request.accept, request.content_type, request.user_agent, request.referrer,
        request.origin, request.if_match, request.idempotency_key, request.request_id, request.forwarded_for,
        request.requested_method, request.requested_headers}) {
    copy.fields.append(field).push_back('|');
  }
  copy.fields.pop_back();
  copy.credentials = fmt::format("{}|{}|{}|{}", request.api_keys, request.api_key, request.authorizations,
                                 request.authorization);
  return copy;
}

Parsed refusal_of(const RequestParser& parser) {
  Parsed refused;
  refused.status = parser.refusal().status;
  refused.detail = parser.refusal().detail;
  return refused;
}

/// Takes what it can of `input`, the bytes at hand; how many, or nothing once a request was refused.
class Feeder {
 public:
  std::size_t feed(std::string_view input) {
    std::size_t taken = 0;
    while (!refused_) {
      const std::string_view rest = input.substr(taken);
      if (rest.empty()) break;
      const bool in_body = !parsed.empty() && !parsed.back().complete;
      const Status status = in_body ? parser_.take_body(rest) : parser_.take_head(rest);
      if (parser_.consumed() > rest.size()) std::abort();
      if (status == Status::refused) {
        refused_ = true;
        if (in_body) parsed.pop_back();
        parsed.push_back(refusal_of(parser_));
        break;
      }
      if (!in_body && status == Status::need_more) break;
      taken += parser_.consumed();
      if (in_body) {
        if (status == Status::need_more) break;
        parsed.back().body = parser_.request().body;
        finish();
      } else {
        parsed.push_back(copy_of(parser_));
        if (!parser_.request().has_body) finish();
      }
    }
    return taken;
  }

  std::vector<Parsed> parsed;

 private:
  void finish() {
    parsed.back().complete = true;
    parser_.reset();
  }

  RequestParser parser_;
  bool refused_ = false;
};

}  // namespace

std::vector<Parsed> parse_requests(std::string_view bytes, const std::vector<std::size_t>& splits) {
  Feeder feeder;
  std::size_t taken = 0;
  for (const std::size_t split : splits) {
    if (split > taken && split < bytes.size()) taken += feeder.feed(bytes.substr(taken, split - taken));
  }
  feeder.feed(bytes.substr(taken));
  return std::move(feeder.parsed);
}

}  // namespace curt::test

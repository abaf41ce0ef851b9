#include "api/links/disable_request.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "curt/base/utf8.hpp"
#include "curt/domain/findings.hpp"
#include "curt/domain/typed_code.hpp"

#include "api/request/object_reader.hpp"

namespace curt::api {
namespace {

/// What the client sent, with the right types.
struct Texts {
  std::optional<std::string> host;
  std::optional<std::string> owner;
  std::optional<std::string> query;
  std::optional<std::string> tag;
  std::optional<std::vector<std::string>> codes;
  std::optional<std::int64_t> confirm;
};

/// The host as TargetUrl has it, without a dot at its end. In lists of hosts `*.` and a dot before it say
/// that all below it are meant, which is so here without them.
std::optional<std::string> host_of(std::string_view text, Findings& findings) {
  constexpr std::string_view kWhy = "must be a host such as example.com, without scheme, port and path";
  if (text.starts_with("*.")) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  const bool in_brackets = text.starts_with('[') && text.ends_with(']');
  const bool is_host = !text.empty() && !text.starts_with('.') &&
                       text.find_first_of("/?#@\\ *") == std::string_view::npos &&
                       (in_brackets || text.find(':') == std::string_view::npos);
  const auto target = TargetUrl::parse(fmt::format("http://{}/", text));
  if (!is_host || !target) {
    findings.add("host", std::string{kWhy});
    return std::nullopt;
  }
  std::string_view host = target->host();
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty()) findings.add("host", std::string{kWhy});
  return std::string{host};
}

/// A text that is looked for.
std::string part_of(const char* field, const std::optional<std::string>& text, Findings& findings) {
  if (!text) return {};
  if (Search::of(*text).empty()) findings.add(field, "must not be empty");
  if (has_control(*text)) findings.add(field, "must not contain control characters");
  return *text;
}

std::vector<ShortCode> codes_of(const std::vector<std::string>& texts, Findings& findings) {
  std::vector<ShortCode> codes;
  if (texts.empty() || texts.size() > links::LinkFilter::kMostCodes) {
    findings.add("codes", fmt::format("must name from 1 to {} codes", links::LinkFilter::kMostCodes));
    return codes;
  }
  for (const std::string& text : texts) {
    const auto code = typed_code(text);
    if (!code) {
      findings.add("codes", "has one that is no code");
      return codes;
    }
    codes.push_back(*code);
  }
  return codes;
}

}  // namespace

result<DisableRequest> parse_disable_request(std::string_view body, std::string_view base_url) {
  auto reader = ObjectReader::parse(body);
  if (!reader) return reader.error();
  Texts texts;
  reader->read("host", texts.host);
  reader->read("owner", texts.owner);
  reader->read("query", texts.query);
  reader->read("tag", texts.tag);
  reader->read("codes", texts.codes);
  reader->read("confirm", texts.confirm);
  if (auto finished = reader->finish(); !finished) return finished.error();

  Findings findings;
  DisableRequest request;
  links::LinkFilter& filter = request.filter;
  if (texts.host) filter.host = host_of(*texts.host, findings);
  if (texts.owner) {
    const auto key = KeyId::parse(*texts.owner);
    if (!key && *texts.owner != "none") findings.add("owner", "must be the id of a key, or none");
    filter.owner = links::OwnedBy{key};
  }
  filter.search = Search::of(part_of("query", texts.query, findings), base_url);
  filter.tag = part_of("tag", texts.tag, findings);
  if (texts.codes) filter.codes = codes_of(*texts.codes, findings);
  if (texts.confirm) {
    if (*texts.confirm < 0)
      findings.add("confirm", "must be the number of links, as it was answered without it");
    request.confirm = static_cast<std::uint64_t>(*texts.confirm);
  }
  if (!findings.any() && filter.is_empty()) {
    findings.add("host", "must be given, or owner, query, tag or codes");
  }
  if (findings.any()) return findings.to_error();
  return request;
}

}  // namespace curt::api

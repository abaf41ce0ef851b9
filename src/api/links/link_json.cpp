#include "curt/api/links/link_json.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "curt/api/request/object_reader.hpp"

namespace curt::api {
namespace {

template <class T, class Write>
nlohmann::ordered_json or_null(const std::optional<T>& value, Write write) {
  if (!value) return nullptr;
  return write(*value);
}

/// What a new link and an edit have in common.
template <class Draft>
void read_common(ObjectReader& reader, Draft& draft) {
  reader.read("url", draft.url);
  reader.read("title", draft.title);
  reader.read("tags", draft.tags);
  reader.read("redirect_status", draft.redirect_status);
  reader.read("forward_query", draft.forward_query);
  reader.read("enabled", draft.enabled);
  reader.read("not_before", draft.not_before);
  reader.read("expires_at", draft.expires_at);
  reader.read("ttl", draft.ttl);
  reader.read("max_visits", draft.max_visits);
}

}  // namespace

result<links::LinkDraft> parse_link_draft(std::string_view body) {
  auto reader = ObjectReader::parse(body);
  if (!reader) return reader.error();
  links::LinkDraft draft;
  reader->require("url");
  reader->read("alias", draft.alias);
  reader->read("reuse", draft.reuse);
  read_common(*reader, draft);
  if (auto finished = reader->finish(); !finished) return finished.error();
  return draft;
}

result<links::EditDraft> parse_edit_draft(std::string_view body) {
  auto reader = ObjectReader::parse(body);
  if (!reader) return reader.error();
  links::EditDraft draft;
  // To a JSON merge patch (RFC 7396) null means: take away.
  for (const char* field : {"url", "redirect_status", "forward_query", "enabled", "ttl"})
    reader->refuse_null(field);
  reader->refuse("alias", "cannot be changed; make a new link");
  reader->refuse("code", "cannot be changed; make a new link");
  read_common(*reader, draft);
  if (auto finished = reader->finish(); !finished) return finished.error();
  return draft;
}

std::string short_url(std::string_view base_url, const ShortCode& code) {
  std::string url{base_url};
  url.append("/").append(code.view());
  return url;
}

namespace {

nlohmann::ordered_json describe(const Link& link, std::string_view base_url) {
  const auto as_text = [](const std::string& text) { return text; };
  const LinkSettings& settings = link.settings;
  return {
      {"code", link.code.view()},
      {"short_url", short_url(base_url, link.code)},
      {"url", link.target.str()},
      {"title", or_null(link.title, as_text)},
      {"tags", link.tags},
      {"redirect_status", static_cast<unsigned>(settings.redirect_status)},
      {"forward_query", settings.forward_query},
      {"created_at", to_rfc3339(link.created_at)},
      {"updated_at", to_rfc3339(link.updated_at)},
      {"not_before", or_null(settings.not_before, to_rfc3339)},
      {"expires_at", or_null(settings.expires_at, to_rfc3339)},
      {"max_visits", settings.max_visits ? nlohmann::ordered_json(*settings.max_visits) : nullptr},
      {"enabled", settings.enabled},
      {"version", link.version},
  };
}

std::string dump(const nlohmann::ordered_json& shown) {
  return shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const Link& link, std::string_view base_url,
                    const std::optional<visits::VisitTotals>& visits) {
  nlohmann::ordered_json shown = describe(link, base_url);
  nlohmann::ordered_json& totals = shown["visits"];
  if (visits) totals = {{"total", visits->total()}, {"humans", visits->humans}, {"bots", visits->bots}};
  return dump(shown);
}

std::string to_json(const Link& link, std::string_view base_url) {
  nlohmann::ordered_json shown = describe(link, base_url);
  if (link.settings.max_visits) shown["spent"] = link.spent;
  return dump(shown);
}

}  // namespace curt::api

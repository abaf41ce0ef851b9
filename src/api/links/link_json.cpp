#include "curt/api/links/link_json.hpp"

#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "curt/base/json_string.hpp"
#include "curt/limits/hosts/host_warnings.hpp"

#include "api/links/totals_json.hpp"
#include "api/request/object_reader.hpp"
#include "api/request/percent_encoding.hpp"

namespace curt::api {
namespace {

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
  return fmt::format("{}/{}", base_url, percent_encode(code.view()));
}

namespace {

// Written by hand: a tree of 500 links is built in milliseconds.

void append_text(std::string& json, std::string_view name, std::string_view text) {
  json.append(",\"").append(name).append("\":");
  log::append_json_string(json, text);
}

void append_raw(std::string& json, std::string_view name, std::string_view value) {
  json.append(",\"").append(name).append("\":").append(value);
}

void append_time(std::string& json, std::string_view name, const std::optional<Timestamp>& time) {
  if (!time) return append_raw(json, name, "null");
  append_text(json, name, to_rfc3339(*time));
}

void append_number(std::string& json, std::string_view name, std::int64_t number) {
  const fmt::format_int digits{number};
  append_raw(json, name, {digits.data(), digits.size()});
}

void append_bool(std::string& json, std::string_view name, bool truth) {
  append_raw(json, name, truth ? "true" : "false");
}

void append_warnings(std::string& json, const limits::HostWarnings& warnings) {
  append_raw(json, "warnings", "[");
  if (warnings.mixes_scripts) json += R"("mixed_script_host")";
  if (warnings.looks_like_another)
    json += warnings.mixes_scripts ? R"(,"confusable_host")" : R"("confusable_host")";
  json += ']';
}

void append_tags(std::string& json, const std::vector<std::string>& tags) {
  append_raw(json, "tags", "[");
  for (const std::string& tag : tags) {
    if (json.back() != '[') json += ',';
    log::append_json_string(json, tag);
  }
  json += ']';
}

/// All but the closing brace.
void append_link(std::string& json, const Link& link, std::string_view base_url) {
  const LinkSettings& settings = link.settings;
  json.append("{\"code\":");
  log::append_json_string(json, link.code.view());
  append_text(json, "short_url", short_url(base_url, link.code));
  append_text(json, "url", link.target.str());
  if (link.title) {
    append_text(json, "title", *link.title);
  } else {
    append_raw(json, "title", "null");
  }
  append_tags(json, link.tags);
  append_number(json, "redirect_status", static_cast<std::int64_t>(settings.redirect_status));
  append_bool(json, "forward_query", settings.forward_query);
  append_time(json, "created_at", link.created_at);
  append_time(json, "updated_at", link.updated_at);
  append_time(json, "not_before", settings.not_before);
  append_time(json, "expires_at", settings.expires_at);
  if (settings.max_visits) {
    append_number(json, "max_visits", *settings.max_visits);
  } else {
    append_raw(json, "max_visits", "null");
  }
  append_bool(json, "enabled", settings.enabled);
  append_number(json, "version", link.version);
  if (link.owner) {
    append_text(json, "owner", link.owner->view());
  } else {
    append_raw(json, "owner", "null");
  }
}

}  // namespace

void append_json(std::string& json, const Link& link, const Shown& shown,
                 const std::optional<visits::VisitTotals>& visits) {
  append_link(json, link, shown.base_url);
  const std::string_view host = link.target.host();
  append_bool(json, "blocked", shown.lists != nullptr && shown.lists->block(host));
  append_warnings(json, limits::warnings_of(host));
  if (visits) {
    json += ",\"visits\":{";
    append_totals_of_all_time(json, *visits);
    json += "}}";
  } else {
    json += R"(,"visits":null})";
  }
}

std::string to_json(const Link& link, const Shown& shown, const std::optional<visits::VisitTotals>& visits) {
  std::string json;
  append_json(json, link, shown, visits);
  return json;
}

bool tells_spent(const Link& link) noexcept { return link.settings.max_visits || link.spent != 0; }

void append_exported_json(std::string& json, const Link& link, std::string_view base_url,
                          const visits::VisitTotals& visits) {
  append_link(json, link, base_url);
  if (tells_spent(link)) append_number(json, "spent", link.spent);
  fmt::format_to(std::back_inserter(json), R"(,"visits":{{"humans":{},"bots":{}}}}})", visits.humans,
                 visits.bots);
}

}  // namespace curt::api

#include "api/keys/key_json.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <nlohmann/json.hpp>

#include "api/request/object_reader.hpp"

namespace curt::api {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json to_tree(const access::Key& key) {
  return {{"id", key.id.view()},
          {"name", key.name},
          {"scopes", key.scopes.names()},
          {"own", key.own},
          {"created_at", to_rfc3339(key.created_at)},
          {"expires_at", time_or_null(key.expires_at)},
          {"rotated_at", time_or_null(key.rotated_at)},
          {"previous_good_until", time_or_null(key.previous_until)},
          {"revoked_at", time_or_null(key.revoked_at)},
          {"last_used_at", time_or_null(key.last_used_at)}};
}

}  // namespace

result<access::KeyDraft> parse_key_draft(std::string_view body) {
  auto reader = ObjectReader::parse(body);
  if (!reader) return reader.error();
  access::KeyDraft draft;
  reader->require("name");
  reader->require("scopes");
  reader->read("name", draft.name);
  reader->read("scopes", draft.scopes);
  reader->read("own", draft.own);
  reader->read("expires_at", draft.expires_at);
  reader->read("ttl", draft.ttl);
  if (auto finished = reader->finish(); !finished) return finished.error();
  return draft;
}

result<std::chrono::seconds> parse_rotation(std::string_view body) {
  auto reader = ObjectReader::parse(body);
  if (!reader) return reader.error();
  std::optional<std::int64_t> grace;
  reader->read("grace", grace);
  if (auto finished = reader->finish(); !finished) return finished.error();
  return grace ? std::chrono::seconds{*grace} : access::kGrace;
}

std::string to_json(const access::Key& key) { return to_tree(key).dump(); }

SecretText to_json(const access::MadeKey& made) {
  constexpr std::string_view kName = R"(,"key":")";
  constexpr std::string_view kEnd = "\"}\n";
  std::string json = to_json(made.key);
  json.pop_back();  // the brace
  SecretText whole{json.size() + kName.size() + made.text.view().size() + kEnd.size()};
  auto to = whole.bytes().begin();
  for (const std::string_view part : std::array<std::string_view, 4>{json, kName, made.text.view(), kEnd}) {
    to = std::copy(part.begin(), part.end(), to);
  }
  return whole;
}

std::string to_json(const std::vector<access::Key>& keys, std::string_view next_cursor) {
  Json data = Json::array();
  for (const access::Key& key : keys) data.push_back(to_tree(key));
  Json page{{"data", std::move(data)}, {"next_cursor", nullptr}};
  if (!next_cursor.empty()) page["next_cursor"] = next_cursor;
  return page.dump();
}

}  // namespace curt::api

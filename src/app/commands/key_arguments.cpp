#include "app/commands/key_arguments.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "curt/access/scopes.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/base/units.hpp"
#include "curt/domain/search.hpp"
#include "curt/domain/typed_code.hpp"

#include "app/settings/settings_text.hpp"

namespace curt::app {
namespace {

Error wrong(std::string_view argument, std::string_view why) {
  return {ErrorCode::invalid_value, fmt::format("{}: {}", argument, why), {}, {}};
}

/// The names in lists with commas.
std::vector<std::string> names_of(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    for (const std::string_view name : split_list(list)) names.emplace_back(name);
  }
  return names;
}

/// A day such as 2027-01-31 is its beginning.
std::optional<Timestamp> parse_date(const std::string& text) {
  constexpr std::size_t kDay = 10;
  return parse_rfc3339(text.size() == kDay ? text + "T00:00:00Z" : text);
}

result<void> set_end(const std::string& text, access::KeyDraft& draft) {
  if (const auto time = parse_duration(text); time && *time >= std::chrono::seconds{1}) {
    draft.ttl = std::chrono::floor<std::chrono::seconds>(*time).count();
    return {};
  }
  draft.expires_at = parse_date(text);
  if (draft.expires_at) return {};
  return wrong("--expires", refuse(text,
                                   "is neither a time such as 90d nor a date such as 2027-01-31 or "
                                   "2027-01-31T18:00:00Z"));
}

result<void> add_condition(std::string_view text, LinkConditions& where) {
  const std::size_t equals = text.find('=');
  const std::string_view kind = text.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : text.substr(equals + 1);
  if (value.empty() || (kind != "tag" && kind != "query" && kind != "code")) {
    return wrong("--where", refuse(text, "is none of tag=TAG, query=TEXT, code=CODE and all"));
  }
  if (kind == "tag") {
    where.tags.emplace_back(value);
    return {};
  }
  if (kind == "query") {
    // A text that says nothing would stand for all links.
    if (Search::of(value).empty()) return wrong("--where", "query= is blank");
    if (!where.text.empty()) return wrong("--where", "query= is given twice");
    where.text = value;
    return {};
  }
  const auto code = typed_code(value);
  if (!code) return wrong("--where", refuse(value, "is not a code"));
  if (where.code) return wrong("--where", "code= is given twice");
  where.code = *code;
  return {};
}

}  // namespace

result<KeyId> key_id_argument(std::string_view argument, const std::string& text) {
  // What looks like a key is one, perhaps, and is not repeated.
  if (text.starts_with("curt_")) {
    return wrong(argument, "the id of a key is what stands between its two underscores, not the whole key");
  }
  if (const auto id = KeyId::parse(text)) return *id;
  return wrong(argument, refuse(text, "is not the id of a key, which has 12 letters and digits"));
}

result<CreateKeyCommand> create_key_command(const KeyTexts& texts) {
  CreateKeyCommand command;
  command.draft.name = texts.name;
  command.draft.scopes = names_of(texts.scopes);
  command.draft.own = texts.own;
  if (const auto scopes = access::Scopes::parse(command.draft.scopes); !scopes) {
    const Error& error = scopes.error();
    return wrong("--scopes", error.fields.empty() ? error.detail : error.fields.front().message);
  }
  if (texts.expires) {
    if (auto set = set_end(*texts.expires, command.draft); !set) return set.error();
  }
  return command;
}

result<RevokeKeyCommand> revoke_key_command(const KeyTexts& texts) {
  const auto id = key_id_argument("ID", texts.id);
  if (!id) return id.error();
  return RevokeKeyCommand{*id};
}

result<RotateKeyCommand> rotate_key_command(const KeyTexts& texts) {
  const auto id = key_id_argument("ID", texts.id);
  if (!id) return id.error();
  const auto grace = parse_duration(texts.grace);
  if (!grace || *grace > access::kMaxGrace) {
    return wrong("--grace", refuse(texts.grace, "is not a duration such as 24h, of 30d at most"));
  }
  return RotateKeyCommand{*id, std::chrono::ceil<std::chrono::seconds>(*grace)};
}

result<GiveLinksCommand> give_links_command(const GiveTexts& texts) {
  const auto to = key_id_argument("--to", texts.to);
  if (!to) return to.error();
  GiveLinksCommand command{.from = {}, .to = *to, .where = {}, .dry_run = texts.dry_run};
  if (!texts.from.empty()) {
    const auto from = key_id_argument("--from", texts.from);
    if (!from) return from.error();
    if (*from == *to) return wrong("--from", "is the key that the links shall go to");
    command.from = *from;
  }
  if (texts.where.size() == 1 && texts.where.front() == "all") return command;
  for (const std::string& condition : texts.where) {
    if (condition == "all") return wrong("--where", "all stands alone");
    if (auto added = add_condition(condition, command.where); !added) return added.error();
  }
  return command;
}

}  // namespace curt::app

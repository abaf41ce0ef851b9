#include "curt/access/key_service.hpp"

#include <utility>

#include <fmt/format.h>

#include "curt/base/logging.hpp"
#include "curt/base/text.hpp"
#include "curt/base/utf8.hpp"
#include "curt/domain/findings.hpp"

namespace curt::access {
namespace {

/// 100 years of 365 days, in seconds.
constexpr std::int64_t kMaxTtl = 3'153'600'000;

void audit(std::string_view action, std::string_view outcome, const KeyId& id, const AskedBy& by) {
  if (by.request_id.empty()) {  // a command
    log::info("audit", {{"action", action}, {"outcome", outcome}, {"key", id.view()}, {"by", by.by}});
    return;
  }
  log::info("audit", {{"action", action},
                      {"outcome", outcome},
                      {"key", id.view()},
                      {"by", by.by},
                      {"client", by.client},
                      {"request_id", by.request_id}});
}

/// The audit line of a change that did not go well, where it may have been made all the same.
void audit_failure(std::string_view action, const Error& error, const KeyId& id, const AskedBy& by) {
  if (error.code == ErrorCode::outcome_unknown) audit(action, "unknown", id, by);
}

result<std::string> check_name(std::string_view given) {
  const std::string_view name = trim_white_space(given);
  if (name.empty()) return invalid_field("name", "must not be empty");
  if (!is_utf8(name)) return invalid_field("name", "must be UTF-8");
  if (has_control(name)) return invalid_field("name", "must not contain control characters");
  if (before_secret(name) != name) return invalid_field("name", "must not contain a key");
  if (const std::size_t length = utf8_length(name); length > kMaxKeyName) {
    return invalid_field("name",
                         fmt::format("has {} characters, at most {} are allowed", length, kMaxKeyName));
  }
  return std::string{name};
}

result<std::optional<Timestamp>> check_end(const KeyDraft& draft, Timestamp now) {
  if (draft.expires_at && draft.ttl) return invalid_field("ttl", "excludes expires_at");
  if (draft.ttl) {
    if (*draft.ttl < 1 || *draft.ttl > kMaxTtl) {
      return invalid_field("ttl", fmt::format("must be from 1 to {} seconds", kMaxTtl));
    }
    return std::optional{now + std::chrono::seconds{*draft.ttl}};
  }
  if (draft.expires_at && *draft.expires_at <= now) {
    return invalid_field("expires_at", "must lie in the future");
  }
  return draft.expires_at;
}

/// The key that is asked for, without id and secret.
result<Key> validate(const KeyDraft& draft, Timestamp now) {
  Findings findings;
  auto name = findings.take(check_name(draft.name));
  const auto scopes = findings.take(Scopes::parse(draft.scopes));
  const auto end = findings.take(check_end(draft, now));
  if (scopes && draft.own && scopes->contain(Scope::admin)) {
    findings.add("own", "excludes the scope admin, which sees all");
  }
  if (findings.any()) return findings.to_error();
  Key key;
  key.name = *std::move(name);
  key.scopes = *scopes;
  key.own = draft.own;
  key.created_at = now;
  key.expires_at = *end;
  return key;
}

}  // namespace

awaitable<void> KeyService::learn(Key key) const {
  if (keys_ != nullptr) co_await keys_->learn(std::move(key));
}

awaitable<result<MadeKey>> KeyService::create(Call& call, AskedBy by, KeyDraft draft) {
  result<Key> wished = validate(draft, clock_.now());
  if (!wished) co_return wished.error();
  KeyText made = make_key_text(random_);
  wished->id = made.id;
  wished->secret = made.secret;
  Key wanted = *wished;
  result<std::optional<Key>> added = co_await store_.add(call, std::move(wanted));
  if (!added) {
    audit_failure("create_key", added.error(), made.id, by);
    co_return added.error();
  }
  if (!*added)
    co_return Error{ErrorCode::unavailable, "The key was not made; try again.", {}, {}};  // 1 of 10^21
  audit("create_key", "done", made.id, by);
  Key made_key = **added;
  co_await learn(std::move(made_key));
  co_return MadeKey{**std::move(added), std::move(made.text)};
}

awaitable<result<std::vector<Key>>> KeyService::list(Call& call, std::optional<KeyCursor> after,
                                                     std::size_t limit) {
  result<std::vector<Key>> keys = co_await store_.list(call, after, limit);
  co_return keys;
}

awaitable<result<Key>> KeyService::get(Call& call, KeyId id) {
  result<Key> key = co_await store_.find(call, id);
  co_return key;
}

awaitable<result<Key>> KeyService::revoke(Call& call, AskedBy by, KeyId id) {
  const Timestamp now = clock_.now();
  result<Key> revoked = co_await store_.revoke(call, id, now);
  if (!revoked) {
    audit_failure("revoke_key", revoked.error(), id, by);
    co_return revoked.error();
  }
  if (revoked->revoked_at == now) audit("revoke_key", "done", id, by);
  Key ended_key = *revoked;
  co_await learn(std::move(ended_key));
  co_return revoked;
}

awaitable<result<MadeKey>> KeyService::rotate(Call& call, AskedBy by, KeyId id, std::chrono::seconds grace) {
  if (grace < std::chrono::seconds{0} || grace > kMaxGrace) {
    co_return invalid_field("grace", fmt::format("must be from 0 to {} seconds", kMaxGrace.count()));
  }
  KeyText made = make_key_text(id, random_);
  const Timestamp now = clock_.now();
  const Rotation rotation{.secret = made.secret, .now = now, .previous_until = now + grace};
  result<Key> rotated = co_await store_.rotate(call, id, rotation);
  if (!rotated) {
    audit_failure("rotate_key", rotated.error(), id, by);
    co_return rotated.error();
  }
  audit("rotate_key", "done", id, by);
  Key changed_key = *rotated;
  co_await learn(std::move(changed_key));
  co_return MadeKey{*std::move(rotated), std::move(made.text)};
}

}  // namespace curt::access

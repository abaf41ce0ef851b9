#include "curt/access/keys.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <boost/asio/post.hpp>
#include <openssl/crypto.h>

#include "curt/access/key_text.hpp"

#include "access/key_snapshot.hpp"

namespace curt::access {
namespace {

/// How much later a use is noted than the one before: cores that share a key need not share its cache line.
constexpr std::chrono::milliseconds kUseStep{1000};

/// What stands in where there is no key: no secret has this hash.
const KnownKey& nobody() {
  static const KnownKey key{Key{}};
  return key;
}

bool is_same(const SecretHash& a, const SecretHash& b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void note_use(const KnownKey& key, Timestamp now) noexcept {
  const std::int64_t at = now.time_since_epoch().count();
  if (key.last_use->load(std::memory_order_relaxed) + kUseStep.count() <= at) {
    key.last_use->store(at, std::memory_order_relaxed);
  }
}

Verdict verdict_of(const KnownKey& key, bool is_present_secret, Timestamp now) noexcept {
  if (key.revoked) return Verdict::revoked;
  if (key.expires_at <= now || (!is_present_secret && key.previous_until <= now)) return Verdict::expired;
  return Verdict::good;
}

}  // namespace

Keys::Keys() = default;
Keys::~Keys() = default;

Judgement Keys::judge(std::string_view presented, Timestamp now) const {
  const auto parts = parse_key_text(presented);
  if (!parts) return {};
  const KeySnapshot* const snapshot = snapshot_.seen();
  if (snapshot == nullptr) return {.verdict = Verdict::not_loaded, .principal = {}};
  // From here on the same is done for an id that exists and for one that does not.
  const KeySnapshot::Found found = snapshot->look_up(parts->id);
  const KnownKey& key = found.key != nullptr ? *found.key : nobody();
  const bool is_present = is_same(key.secret, parts->secret);
  const bool is_previous = is_same(key.previous, parts->secret);
  const unsigned is_key = static_cast<unsigned>(found.has_id) &
                          (static_cast<unsigned>(is_present) | static_cast<unsigned>(is_previous));
  if (is_key == 0) return {};
  // Who comes this far has the secret, and may learn more.
  Judgement judgement{.verdict = verdict_of(key, is_present, now), .principal = {}};
  judgement.principal.key = key.id;
  if (judgement.verdict != Verdict::good) return judgement;
  note_use(key, now);
  judgement.principal.scopes = key.scopes;
  judgement.principal.own = key.own;
  return judgement;
}

void Keys::read_on(std::vector<Executor> readers, Executor home) {
  snapshot_.read_on(std::move(readers), std::move(home));
}

void Keys::replace(std::vector<Key> keys, std::int64_t change) {
  const std::lock_guard lock{mutex_};
  const auto current = snapshot_.current();
  std::vector<KnownKey> known;
  known.reserve(keys.size());
  std::unordered_set<std::string_view> later;
  if (current) {
    for (const KnownKey& key : current->keys()) {
      if (key.change <= change) continue;
      known.push_back(key);
      later.insert(key.id.view());
    }
  }
  for (const Key& key : keys) {
    if (later.contains(key.id.view())) continue;
    const KnownKey* const before = current ? current->find(key.id) : nullptr;
    KnownKey& now = known.emplace_back(key);
    if (before != nullptr) now.last_use = before->last_use;
  }
  snapshot_.publish(std::make_shared<const KeySnapshot>(std::move(known)));
}

void Keys::merge(const std::vector<Key>& changed) {
  const std::lock_guard lock{mutex_};
  const auto current = snapshot_.current();
  if (!current) return;  // all of them are read first
  std::unordered_map<std::string_view, const Key*> newer;
  for (const Key& key : changed) {
    const KnownKey* const before = current->find(key.id);
    if (before == nullptr || before->change < key.change) newer.emplace(key.id.view(), &key);
  }
  if (newer.empty()) return;
  std::vector<KnownKey> known;
  known.reserve(current->keys().size() + newer.size());
  for (const KnownKey& key : current->keys()) {
    const auto found = newer.find(key.id.view());
    if (found == newer.end()) {
      known.push_back(key);
    } else {
      known.emplace_back(*found->second).last_use = key.last_use;
      newer.erase(found);
    }
  }
  for (const auto& [id, key] : newer) known.emplace_back(*key);
  snapshot_.publish(std::make_shared<const KeySnapshot>(std::move(known)));
}

awaitable<void> Keys::learn(Key changed) {
  const auto home = snapshot_.home();
  if (!home) {
    merge({std::move(changed)});
    co_return;
  }
  auto start = [this, home = *home, key = std::move(changed)](Completion<bool> done) mutable {
    net::post(home, [this, key = std::move(key), done = std::move(done)]() mutable {
      merge({std::move(key)});
      done(true);
    });
  };
  co_await suspend<bool>(std::move(start));
}

bool Keys::is_loaded() const noexcept { return snapshot_.seen() != nullptr; }

std::size_t Keys::count(Timestamp now) const {
  const auto current = snapshot_.current();
  if (!current) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(
      current->keys(), [now](const KnownKey& key) { return !key.revoked && key.expires_at > now; }));
}

std::vector<KeyUse> Keys::take_uses() {
  const auto current = snapshot_.current();
  std::vector<KeyUse> uses;
  if (!current) return uses;
  for (const KnownKey& key : current->keys()) {
    const std::int64_t at = key.last_use->exchange(0, std::memory_order_relaxed);
    if (at != 0) uses.push_back({key.id, Timestamp{std::chrono::milliseconds{at}}});
  }
  return uses;
}

}  // namespace curt::access

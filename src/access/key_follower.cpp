#include "curt/access/key_follower.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::access {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto kLookPatience = 1s;
constexpr auto kWritePatience = 2s;

/// How often it is said that the keys are getting old.
constexpr auto kTellInterval = 60s;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

constexpr std::string_view kAdminName = "admin, of CURT_ADMIN_KEY_FILE";

Counter looks_of(Metrics& metrics, const char* how) {
  return metrics.counter("curt_key_looks_total", "Looks for keys that were changed.", {{"result", how}});
}

Key admin_key(const KeyParts& admin, Timestamp now) {
  Key key;
  key.id = admin.id;
  key.name = kAdminName;
  key.scopes = Scope::admin;
  key.secret = admin.secret;
  key.created_at = now;
  return key;
}

bool knows_secret(const Key& key, const SecretHash& secret) noexcept {
  return key.secret == secret || key.previous == secret;
}

}  // namespace

KeyFollower::KeyFollower(const Parts& parts, std::optional<KeyParts> admin, std::string advice,
                         milliseconds look_interval)
    : parts_(parts),
      look_interval_(look_interval),
      admin_(admin),
      advice_(std::move(advice)),
      looks_(looks_of(parts.metrics, "ok")),
      failed_looks_(looks_of(parts.metrics, "failed")),
      looked_at_(kNever),
      noted_at_(parts.clock.steady_now()) {
  parts.metrics.gauge_from("curt_keys", "API keys that are neither revoked nor expired.",
                           [this] { return static_cast<double>(parts_.keys.count(parts_.clock.now())); });
  parts.metrics.gauge_from("curt_keys_age_seconds",
                           "Age of what this process knows of API keys; NaN while it knows nothing.", [this] {
                             const auto age = health().age;
                             return age ? std::chrono::duration<double>(*age).count()
                                        : std::numeric_limits<double>::quiet_NaN();
                           });
}

void KeyFollower::start(const Executor& executor) {
  Loop::Steps steps;
  steps.round = [this] { return go_round(); };
  steps.failed = [](const std::exception& failure) {  // no memory
    log::warn("API keys cannot be followed", {{"error", failure.what()}});
  };
  steps.pause = [this](bool /*more*/) -> std::optional<milliseconds> { return look_interval_; };
  Loop::Steps writes = steps;
  writes.round = [this] { return write_round(); };
  writes.last = [this] { return note_uses(); };
  loop_.emplace(executor);
  loop_->start(std::move(steps));
  write_loop_.emplace(executor);
  write_loop_->start(std::move(writes));
}

void KeyFollower::await_first_look(std::chrono::steady_clock::time_point end) {
  static_cast<void>(first_look_.get_future().wait_until(end));
}

void KeyFollower::stop() {
  if (!loop_) return;
  loop_->stop();
  write_loop_->stop();
}

bool KeyFollower::join_until(std::chrono::steady_clock::time_point end) {
  if (!loop_) return true;
  const bool looks_ended = loop_->join_until(end);
  const bool writes_ended = write_loop_->join_until(end);
  return looks_ended && writes_ended;
}

KeysHealth KeyFollower::health() const {
  const std::int64_t at = looked_at_.load();
  if (at == kNever) return {};
  const auto age = parts_.clock.steady_now().time_since_epoch() - std::chrono::steady_clock::duration{at};
  return {.age = std::max(std::chrono::floor<milliseconds>(age), milliseconds{0})};
}

awaitable<bool> KeyFollower::go_round() {
  co_await look();
  if (has_looked_) co_return false;
  // The first request may come with the admin key.
  if (change_ && admin_) co_await register_admin();
  if (change_) advise();
  has_looked_ = true;
  first_look_.set_value();
  co_return false;
}

awaitable<bool> KeyFollower::write_round() {
  if (!has_looked_) co_return false;
  if (change_ && admin_) co_await register_admin();
  if (change_) advise();
  if (parts_.clock.steady_now() - noted_at_ >= kNoteInterval) co_await note_uses();
  co_return false;
}

awaitable<void> KeyFollower::look() {
  const SteadyTime began = parts_.clock.steady_now();
  const bool reads_all = !read_all_at_ || began - *read_all_at_ >= kReadAllInterval;
  std::optional<std::int64_t> since = change_;
  if (reads_all) since.reset();
  Call call{Deadline::in(kLookPatience)};
  result<KeyChanges> changes = co_await parts_.store.changes(call, since);
  // A number that goes back belongs to another database, or to one that was restored from a backup.
  const auto goes_back = [&] { return change_ && changes->change < *change_; };
  if (changes && since && goes_back()) {
    since.reset();
    Call again{Deadline::in(kLookPatience)};
    changes = co_await parts_.store.changes(again, since);
  }
  if (!changes) {
    look_failed(log_text(changes.error()));
    co_return;
  }
  if (since) {
    parts_.keys.merge(changes->keys);
  } else {
    const std::int64_t change = goes_back() ? Keys::kLastChange : changes->change;
    parts_.keys.replace(std::move(changes->keys), change);
    read_all_at_ = began;
  }
  change_ = changes->change;
  looked_at_ = began.time_since_epoch().count();
  looks_.add();
  look_succeeded();
}

void KeyFollower::look_failed(const std::string& why) {
  failed_looks_.add();
  read_all_at_.reset();  // what answers next may be a server that missed the last changes
  const SteadyTime now = parts_.clock.steady_now();
  if (told_at_ && now - *told_at_ < kTellInterval) return;
  told_at_ = now;
  const auto age = health().age;
  if (age) {
    log::warn("API keys cannot be read from the database; those that are known go on",
              {{"error", why},
               {"age_seconds", std::int64_t{std::chrono::floor<std::chrono::seconds>(*age).count()}}});
  } else {
    log::warn("API keys cannot be read from the database; none is known yet", {{"error", why}});
  }
}

void KeyFollower::look_succeeded() {
  if (!told_at_) return;
  told_at_.reset();
  log::info("API keys are read from the database again",
            {{"keys", std::uint64_t{parts_.keys.count(parts_.clock.now())}}});
}

awaitable<void> KeyFollower::register_admin() {
  Key key = admin_key(*admin_, parts_.clock.now());
  Call call{Deadline::in(kWritePatience)};
  result<std::optional<Key>> added = co_await parts_.store.add(call, std::move(key));
  if (!added) {
    admin_outage_.begin({{"error", log_text(added.error())}});
    co_return;
  }
  admin_outage_.end();
  if (*added) {
    log::info("audit", {{"action", "create_key"},
                        {"outcome", "done"},
                        {"key", admin_->id.view()},
                        {"by", "CURT_ADMIN_KEY_FILE"}});
    const std::vector<Key> learned{**added};
    parts_.keys.merge(learned);
    admin_.reset();
    co_return;
  }
  Call again{Deadline::in(kWritePatience)};
  result<Key> found = co_await parts_.store.find(again, admin_->id);
  if (!found) co_return;  // is tried once more
  const char* wrong = nullptr;
  if (!knows_secret(*found, admin_->secret)) wrong = "it was rotated, or another key has its id";
  if (found->revoked_at) wrong = "it is revoked";
  if (found->expires_at && *found->expires_at <= parts_.clock.now()) wrong = "it has expired";
  if (wrong != nullptr) {
    log::warn("the key in CURT_ADMIN_KEY_FILE is of no use", {{"key", admin_->id.view()}, {"error", wrong}});
  }
  admin_.reset();
}

void KeyFollower::advise() {
  const std::string advice = std::exchange(advice_, {});
  if (!advice.empty() && parts_.keys.count(parts_.clock.now()) == 0) log::warn(advice);
}

awaitable<void> KeyFollower::note_uses() {
  noted_at_ = parts_.clock.steady_now();
  std::vector<KeyUse> uses = parts_.keys.take_uses();
  for (const KeyUse& use : unnoted_) {
    if (std::ranges::find(uses, use.id, &KeyUse::id) == uses.end()) uses.push_back(use);
  }
  if (uses.empty()) co_return;
  unnoted_ = uses;
  Call call{Deadline::in(kWritePatience)};
  const result<void> noted = co_await parts_.store.note_used(call, std::move(uses));
  if (noted) unnoted_.clear();
}

}  // namespace curt::access

#include "curt/links/belief.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "curt/base/logging.hpp"
#include "curt/base/random.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 2s;

/// Another server that is believed so soon after ours, which we still reach, is no accident.
constexpr std::chrono::milliseconds kQuarrel = 10s;
constexpr std::chrono::milliseconds kFirstPause = 1s;
constexpr std::chrono::milliseconds kLongestPause = 5min;

}  // namespace

Belief::Belief(const Parts& parts) : parts_(parts), name_(unique_name()) {}

awaitable<Belief::Finding> Belief::ask(const OutboxView& view) {
  const std::uint64_t era = parts_.announcer.era();
  const SharedIdentity found = co_await identify();
  Finding finding;
  if (found.kind != SharedIdentity::Kind::known) co_return finding;
  finding.is_known = true;
  finding.has_changed = found.text != server_;
  server_ = found.text;
  identity_ = view.history.empty() ? server_ : server_ + "@" + view.history;
  era_ = era;
  finding.is_believed = identity_ == view.believed;
  if (finding.has_changed) change_at_ = SteadyTime::min();
  co_return finding;
}

awaitable<SharedIdentity> Belief::identify() {
  SharedIdentity found = co_await parts_.shared.identity();
  if (found.kind == SharedIdentity::Kind::not_told && !std::exchange(untold_is_logged_, true)) {
    log::warn("the shared cache does not tell who it is and is not believed; its user needs +info");
  }
  if (found.kind == SharedIdentity::Kind::known) untold_is_logged_ = false;
  co_return found;
}

void Belief::found_clean(SteadyTime look_began) {
  clean_server_ = server_;
  parts_.doubt.found_none(look_began);
  const bool is_calm = !changed_at_ || look_began - *changed_at_ > kQuarrel + pause_;
  if (!is_calm) return;
  pause_ = {};
  quarrel_is_logged_ = false;
}

awaitable<void> Belief::recognise() {
  if (!parts_.doubt.stands() || clean_server_.empty()) co_return;
  const std::uint64_t servers = parts_.doubt.servers();
  const SharedIdentity found = co_await identify();
  const bool is_known = found.kind == SharedIdentity::Kind::known;
  if (is_known && found.text == clean_server_) parts_.doubt.recognise_server(servers);
}

bool Belief::may_change(SteadyTime look_began) {
  const SteadyTime now = parts_.clock.steady_now();
  const bool is_outdated = changed_at_ && look_began <= *changed_at_;
  if (is_outdated || now < change_at_) return false;
  const bool is_displaced = changed_at_ && identity_ == ours_ && now - *changed_at_ < kQuarrel + pause_;
  if (!is_displaced) return true;
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
  change_at_ = now + pause_;
  changed_at_.reset();
  if (!std::exchange(quarrel_is_logged_, true)) {
    log::warn("instances seem to reach different servers as the shared cache, and each empties its own");
  }
  return false;
}

/// Meanwhile nobody is believed, so that nothing is noted as announced which this one does not have.
awaitable<void> Belief::change(std::string instead_of) {
  const bool is_first = instead_of.empty();
  const std::uint64_t era = era_;
  const std::string identity = identity_;
  const std::string nobody = fmt::format("{} is emptied by {}", identity, name_);
  const bool has_turn = co_await parts_.shared.may_empty();
  if (!has_turn) co_return;
  if (instead_of != nobody) {
    Call marking{Deadline::in(kPatience)};
    std::string mark = nobody;
    const auto marked = co_await parts_.outbox.believe(marking, std::move(mark), std::move(instead_of));
    if (!marked || !*marked) co_return;
  }
  const bool emptied = co_await parts_.shared.empty();
  if (!emptied || parts_.announcer.era() != era || identity != identity_) co_return;
  Call call{Deadline::in(kPatience)};
  std::string wanted = identity;
  std::string marked = nobody;
  const auto done = co_await parts_.outbox.believe(call, std::move(wanted), std::move(marked));
  if (!done || !*done) co_return;
  changed_at_ = parts_.clock.steady_now();
  ours_ = identity;
  if (is_first) co_return;
  log::info("the shared cache is not the one of before, or the database is not, and was emptied");
}

}  // namespace curt::links

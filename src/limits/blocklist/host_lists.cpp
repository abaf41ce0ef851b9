#include "curt/limits/blocklist/host_lists.hpp"

#include <utility>

#include "curt/domain/target_url.hpp"

namespace curt::limits {

bool ListedHosts::block(std::string_view host) const noexcept {
  const HostKey key{host};
  if (unlisted == Unlisted::allowed && !blocked.match(key.view())) return false;
  return !allowed.match(key.view());
}

HostLists::HostLists(Metrics& metrics)
    : refused_(metrics.counter("curt_blocklist_refused_total",
                               "Requests that were refused as the link's host is blocked.",
                               {{"what", "redirect"}})) {}

void HostLists::read_on(std::vector<Executor> readers, Executor home) {
  snapshot_.read_on(std::move(readers), std::move(home));
}

void HostLists::publish(ListedHosts next) {
  // A memo has 31 bits for it, and 0 stands for none.
  constexpr std::uint32_t kMost = 0x7fff'ffff;
  const std::uint32_t generation = generation_.fetch_add(1) % kMost + 1;
  snapshot_.publish(std::make_shared<const Numbered>(Numbered{std::move(next), generation}));
}

std::shared_ptr<const ListedHosts> HostLists::current() const {
  auto lists = snapshot_.current();
  const ListedHosts* const hosts = lists ? &lists->hosts : nullptr;
  return {std::move(lists), hosts};
}

bool HostLists::judge(const Numbered& lists, std::string_view target, const VerdictMemo& memo) noexcept {
  const bool blocked = lists.hosts.block(TargetUrl::host_of(target));
  memo.note(lists.generation, blocked);
  return blocked;
}

}  // namespace curt::limits

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/snapshot.hpp"
#include "curt/limits/blocklist/host_set.hpp"
#include "curt/limits/blocklist/verdict_memo.hpp"

namespace curt::limits {

/// Which hosts are blocked where no list names them.
enum class Unlisted : std::uint8_t { allowed, blocked };

/// What the lists say of hosts.
struct ListedHosts {
  HostSet blocked;
  HostSet allowed;  ///< outranks `blocked`
  Unlisted unlisted = Unlisted::allowed;

  /// Whether links may not lead to this host, written as TargetUrl::host() gives it.
  [[nodiscard]] bool block(std::string_view host) const noexcept;
};

/// The lists of this process, which are replaced whole while others read them.
class HostLists {
 public:
  explicit HostLists(Metrics& metrics);

  /// See Snapshot::read_on().
  void read_on(std::vector<Executor> readers, Executor home);

  /// From now on these are the lists. On any thread.
  void publish(ListedHosts next);

  /// Whether there are any lists.
  [[nodiscard]] bool are_set() const noexcept { return snapshot_.seen() != nullptr; }

  /// Whether links to this target, the text of a TargetUrl, are blocked. Its memo makes all but the first
  /// answer after a change of the lists the comparison of a number. Does not lock or allocate. For the
  /// threads of the readers, and those that run before there are any.
  [[nodiscard]] bool block(std::string_view target, const VerdictMemo& memo) const noexcept {
    const Numbered* const lists = snapshot_.seen();
    if (lists == nullptr) [[likely]]
      return false;
    if (const auto known = memo.recall(lists->generation)) return *known;
    return judge(*lists, target, memo);
  }

  /// Notes that a visitor was refused, as block() said.
  void note_refused_visitor() const noexcept { refused_.add(); }

  /// The lists as they are now, or null where there are none. On any thread.
  [[nodiscard]] std::shared_ptr<const ListedHosts> current() const;

 private:
  struct Numbered {
    ListedHosts hosts;
    std::uint32_t generation = 1;
  };

  [[nodiscard]] static bool judge(const Numbered& lists, std::string_view target,
                                  const VerdictMemo& memo) noexcept;

  Snapshot<Numbered> snapshot_;
  std::atomic<std::uint32_t> generation_{0};
  Counter refused_;
};

}  // namespace curt::limits

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/links/outbox.hpp"

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// Asks an outbox, which outlives it, as one instance does: each look begins where the one before ended.
/// Every call has time enough and runs to its end on this thread. What fails throws, but for try_to_...().
class OutboxClient {
 public:
  explicit OutboxClient(links::Outbox& outbox) : outbox_(outbox) {}

  links::OutboxView look() {
    links::OutboxView view = try_to_look().value();
    seen_ = view.seen;
    return view;
  }

  /// What a look would see; the next one begins where this one did.
  result<links::OutboxView> try_to_look() {
    Call call = call_in_time();
    return run(outbox_.look(call, seen_));
  }

  /// OutboxView::seen of the last look, and what the next one takes it for.
  [[nodiscard]] const std::string& seen() const noexcept { return seen_; }
  void has_seen(std::string seen) { seen_ = std::move(seen); }

  std::vector<Link> open_changes(std::string_view after = "", std::size_t limit = 500) {
    Call call = call_in_time();
    const ShortCode code = after.empty() ? ShortCode{} : code_of(after);
    return run(outbox_.open_changes(call, code, limit)).value();
  }

  void note(std::vector<links::Change> changes, std::string identity) {
    try_to_note(std::move(changes), std::move(identity)).value();
  }
  result<void> try_to_note(std::vector<links::Change> changes, std::string identity) {
    Call call = call_in_time();
    return run(outbox_.note_announced(call, std::move(changes), std::move(identity)));
  }

  bool believe(std::string identity, std::string instead_of) {
    return try_to_believe(std::move(identity), std::move(instead_of)).value();
  }
  result<bool> try_to_believe(std::string identity, std::string instead_of) {
    Call call = call_in_time();
    return run(outbox_.believe(call, std::move(identity), std::move(instead_of)));
  }

  std::size_t sweep(std::size_t limit = 500) {
    Call call = call_in_time();
    return run(outbox_.sweep(call, limit)).value();
  }

 private:
  static Call call_in_time() { return Call{Deadline::in(patience())}; }

  links::Outbox& outbox_;
  std::string seen_;
};

}  // namespace curt::test

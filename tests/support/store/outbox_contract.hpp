#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/links/outbox.hpp"

#include "support/eventually.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// What every Outbox promises: the tests are tests/store/contract/outbox_test.cpp.
class OutboxContract : public LinkStoreContract {
 protected:
  links::OutboxView look(std::string since) {
    Call call{Deadline::in(patience())};
    return run(outbox().look(call, std::move(since))).value();
  }

  /// What a look sees next.
  links::OutboxView look() {
    links::OutboxView view = look(seen_);
    seen_ = view.seen;
    return view;
  }

  std::vector<Link> open_changes(std::string_view after = "", std::size_t limit = 500) {
    Call call{Deadline::in(patience())};
    const ShortCode code = after.empty() ? ShortCode{} : code_of(after);
    return run(outbox().open_changes(call, code, limit)).value();
  }

  /// Waits until so many changes are older than Outbox::kSettled.
  [[nodiscard]] bool await_open(std::size_t count) {
    return eventually([&] { return look(seen_).open == count; });
  }

  void note(std::vector<links::Change> changes, std::string identity) {
    Call call{Deadline::in(patience())};
    ASSERT_TRUE(run(outbox().note_announced(call, std::move(changes), std::move(identity))));
  }

  bool believe(std::string identity, std::string instead_of) {
    Call call{Deadline::in(patience())};
    return run(outbox().believe(call, std::move(identity), std::move(instead_of))).value();
  }

  std::size_t sweep(std::size_t limit = 500) {
    Call call{Deadline::in(patience())};
    return run(outbox().sweep(call, limit)).value();
  }

  void given_links(std::initializer_list<std::string_view> codes) {
    for (const std::string_view code : codes) given(new_link(code, "https://example.com/"));
  }

 private:
  [[nodiscard]] links::Outbox& outbox() const { return store().outbox(); }

  std::string seen_;
};

}  // namespace curt::test

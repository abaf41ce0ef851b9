#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "support/eventually.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/outbox_client.hpp"

namespace curt::test {

/// What every Outbox promises: the tests are tests/store/contract/outbox_test.cpp.
class OutboxContract : public LinkStoreContract {
 protected:
  void SetUp() override {
    LinkStoreContract::SetUp();
    outbox_.emplace(store().outbox());
  }

  /// Waits until so many changes are older than Outbox::kSettled; the next look sees what it would have seen.
  [[nodiscard]] bool await_open(std::size_t count) {
    return eventually([&] { return outbox_->try_to_look().value().open == count; });
  }

  void given_links(std::initializer_list<std::string_view> codes) {
    for (const std::string_view code : codes) given(new_link(code, "https://example.com/"));
  }

  std::optional<OutboxClient> outbox_;
};

}  // namespace curt::test

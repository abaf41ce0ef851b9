#pragma once

#include <memory>
#include <optional>

#include "support/fakes/fake_link_store.hpp"
#include "support/http/api_harness.hpp"

namespace curt::test {

/// The whole API over a store in memory, which a test can make fail. For one thread.
class FakeStoreApi : public ApiHarness {
 public:
  explicit FakeStoreApi(std::optional<ErrorCode> failure = std::nullopt)
      : FakeStoreApi(std::make_unique<FakeLinkStore>().release()) {
    store.fail_with(failure);
  }

  FakeLinkStore& store;

 private:
  explicit FakeStoreApi(FakeLinkStore* owned)
      : ApiHarness({}, std::unique_ptr<links::LinkStore>{owned}), store(*owned) {}
};

}  // namespace curt::test

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "curt/links/link_store.hpp"
#include "curt/store/store.hpp"

namespace curt::test {

/// A store over data of its own, empty at first.
class StoreFixture {
 public:
  virtual ~StoreFixture() = default;
  [[nodiscard]] virtual store::Store& store() = 0;
  /// Closes the store and opens it again over the same data.
  virtual void reopen() = 0;
};

/// A kind of store, by its name, and how to make one that is empty.
struct StoreUnderTest {
  std::string name;
  std::function<std::unique_ptr<StoreFixture>()> make;

  friend void PrintTo(const StoreUnderTest& kind, std::ostream* out) { *out << kind.name; }
};

/// When the links of the tests are made, and when they are edited.
inline constexpr Timestamp kNow{std::chrono::milliseconds{1'795'333'780'123}};
inline constexpr Timestamp kLater = kNow + std::chrono::hours{1};
inline constexpr Timestamp kLaterStill = kLater + std::chrono::hours{1};

/// What every LinkStore promises: the tests are tests/store/contract/link_store_*_test.cpp. A store passes
/// them all:
///   INSTANTIATE_TEST_SUITE_P(Sqlite, LinkStoreContract, testing::Values(StoreUnderTest{"sqlite", ...}));
class LinkStoreContract : public testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override { fixture_ = GetParam().make(); }

  [[nodiscard]] store::Store& store() const { return fixture_->store(); }
  void reopen() { fixture_->reopen(); }

  // One call of the store each, with time enough, run to its end on this thread. Thread-safe.
  [[nodiscard]] result<Link> find(std::string_view code) const;
  [[nodiscard]] result<links::Created> create(links::CreateRequest request) const;
  [[nodiscard]] result<Link> update(std::string_view code, links::LinkPatch patch,
                                    links::WantedVersions versions = {},
                                    std::optional<KeyId> owner = std::nullopt) const;
  [[nodiscard]] result<Link> remove(std::string_view code, links::WantedVersions versions = {},
                                    std::optional<KeyId> owner = std::nullopt) const;
  /// An hour after the link was deleted.
  [[nodiscard]] result<Link> restore(std::string_view code,
                                     std::optional<std::int64_t> if_version = std::nullopt,
                                     std::optional<KeyId> owner = std::nullopt) const;
  [[nodiscard]] result<std::vector<Link>> disable(std::vector<links::LinkVersion> links) const;
  [[nodiscard]] std::vector<std::string> give(const std::vector<std::string>& codes, KeyId to,
                                              std::optional<KeyId> from = std::nullopt) const;
  [[nodiscard]] result<links::Spent> spend(std::string_view code, std::uint64_t visits,
                                           Timestamp now = kNow) const;
  [[nodiscard]] result<links::LinkPage> list(links::ListQuery query) const;
  [[nodiscard]] result<std::vector<links::ImportOutcome>> import(std::vector<links::ImportRow> rows) const;

  /// What the search finds, the youngest first.
  [[nodiscard]] std::vector<std::string> found(std::string_view typed, std::string_view base_url = {}) const;

  /// Takes all links into the store's index for searches, if it has one.
  void fill_search_index() const;

  /// Runs the expectations before that index has the links, and once more afterwards.
  template <class Expectations>
  void unfilled_and_filled(const Expectations& expectations) const {
    {
      SCOPED_TRACE("before the index has the links");
      expectations();
    }
    fill_search_index();
    SCOPED_TRACE("when the index has the links");
    expectations();
  }

  /// Imports a link; the test fails if that fails.
  void imported(std::string_view code, std::string_view target, std::optional<std::string> title = {}) const;

  /// Creates the link; the test fails if that fails.
  Link given(links::NewLink link) const;

  /// Creates a link to the target that has expired; returns one like it with this code, to be made now.
  [[nodiscard]] links::NewLink given_expired(std::string target, std::string_view again) const;

 private:
  std::unique_ptr<StoreFixture> fixture_;
};

[[nodiscard]] ShortCode code_of(std::string_view text);

/// The id of a key: "A" and a digit, made as long as one is.
[[nodiscard]] KeyId key_id(int number);

/// A new link with nothing but code and target.
[[nodiscard]] links::NewLink new_link(std::string_view code, std::string target);
[[nodiscard]] links::NewLink new_link_of(KeyId owner, std::string_view code, std::string target);

/// A request for it, with a generated code.
[[nodiscard]] links::CreateRequest request_for(links::NewLink link);

[[nodiscard]] links::IdempotencyKey key_of(std::string key, std::string body_hash = "hash of the body");

/// An edit of the title alone.
[[nodiscard]] links::LinkPatch with_title(std::string title);

/// The links that hold this text, that have this tag, or that come in this order.
[[nodiscard]] links::ListQuery containing(std::string text, std::string tag = {});
[[nodiscard]] links::ListQuery tagged(std::string tag);
[[nodiscard]] links::ListQuery sorted_by(links::SortKey key, links::SortOrder order, std::size_t limit = 50);

/// The codes of the links, in their order.
[[nodiscard]] std::vector<std::string> codes_of(const std::vector<Link>& links);

/// The outcome's error code; nothing if it went well.
template <class T>
[[nodiscard]] std::optional<ErrorCode> error_of(const result<T>& outcome) {
  if (outcome) return std::nullopt;
  return outcome.error().code;
}

/// Runs `body(i)` on `count` threads that begin together, and waits for them.
void on_threads(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace curt::test

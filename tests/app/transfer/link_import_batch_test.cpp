#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/metrics.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "app/transfer/link_import.hpp"
#include "support/run_awaitable.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// On its steady clock three quarters of a second pass from one look to the next, on the other one a minute.
class SteppingClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override { return wall_ += 1min; }
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return steady_ += 750ms; }

 private:
  mutable Timestamp wall_{1'795'333'780'123ms};
  mutable SteadyTime steady_{1h};
};

/// Imports a hundred links without times into a database of its own.
class BatchesOfAnImport : public testing::Test {
 protected:
  /// How many links each batch stored.
  std::vector<std::uint64_t> import(BatchSize batch_size) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "https://example.com/" + std::to_string(i) + "\n";
    std::istringstream in{text};
    DecodedInput decoded{in};
    LinkReader reader{decoded, {}};
    EXPECT_TRUE(reader.open());
    RejectedLines rejected{folder_.path() / "rejected"};
    constexpr std::size_t code_length = 7;
    LinkImport import{{*store_, rules_, codes_, clock_}, batch_size, code_length};
    std::vector<std::uint64_t> sizes;
    std::uint64_t before = 0;
    const LinkImport::AfterBatch note = [&](const ImportCounts& counts, auto&&...) {
      sizes.push_back(counts.imported - before);
      before = counts.imported;
      return LinkImport::Next::go_on;
    };
    EXPECT_TRUE(test::run(import.run(reader, rejected, note)));
    return sizes;
  }

  std::vector<Link> links_by_code() {
    Call call{Deadline::in(1min)};
    links::ListQuery query;
    query.limit = 1000;
    query.sort = links::SortKey::code;
    query.order = links::SortOrder::ascending;
    return test::run(store_->list(call, query)).value().links;
  }

 private:
  test::TempFolder folder_;
  Metrics metrics_;
  std::unique_ptr<store::Store> store_ =
      store::open_sqlite_store({folder_.path() / "curt.db", 1}, metrics_).value();
  SystemRandom random_;
  SteppingClock clock_;
  links::CodeGenerator codes_{random_};
  links::LinkRules rules_{{}, TargetUrl::from_stored("https://sho.rt/")};
};

TEST_F(BatchesOfAnImport, GrowWhileTheStoreIsQuick) {
  // Each size is that of the batch before the last one, doubled: one is always read ahead.
  EXPECT_THAT(import({10, 1000, [] { return 1500ms; }}), ElementsAre(10, 10, 20, 20, 40));
}

TEST_F(BatchesOfAnImport, ShrinkOnceOthersWait) {
  int batches = 0;
  const auto goal = [&batches] { return ++batches < 2 ? 1500ms : 75ms; };
  EXPECT_THAT(import({10, 1000, goal}), ElementsAre(10, 10, 20, 10, 10, 10, 10, 10, 10));
}

TEST_F(BatchesOfAnImport, HaveTheSizeThatIsAsked) { EXPECT_THAT(import(40), ElementsAre(40, 40, 20)); }

TEST_F(BatchesOfAnImport, GiveLinksWithoutATimeThatOfTheirBatch) {
  import(50);
  std::set<Timestamp> times;
  for (const Link& link : links_by_code()) times.insert(link.created_at);
  EXPECT_EQ(times.size(), 2U);
}

TEST_F(BatchesOfAnImport, HaveNewCodesInTheOrderOfTheirLinks) {
  import(100);
  const std::vector<Link> links = links_by_code();
  ASSERT_EQ(links.size(), 100U);
  for (std::size_t i = 0; i < links.size(); ++i) {
    EXPECT_EQ(links[i].target.str(), "https://example.com/" + std::to_string(i));
  }
}

}  // namespace
}  // namespace curt::app

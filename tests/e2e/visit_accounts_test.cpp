#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/patience.hpp"
#include "visits/ring/request_ring_layout.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;

/// Instances over SQLite (one at a time), or over Postgres and Redis with a worker each.
class VisitAccounts : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] bool on_postgres() const { return GetParam() == "postgres"; }

  CurtProcess& start(int batch_size = 1'000) {
    const CurtProcess::Environment environment{{"CURT_WITH_WORKER", on_postgres() ? "true" : "false"},
                                               {"CURT_RING_DIR", (folder().path() / "rings").string()},
                                               {"CURT_VISIT_BATCH_SIZE", std::to_string(batch_size)}};
    if (on_postgres()) return cluster_->start(environment);
    return *instances_.emplace_back(
        std::make_unique<CurtProcess>(curt_binary(), folder().path(), environment));
  }

  void SetUp() override {
    if (on_postgres()) cluster_.emplace();
  }

  [[nodiscard]] const TempFolder& folder() const { return on_postgres() ? cluster_->folder : folder_; }

  static void make_link(const CurtProcess& curt) {
    RawClient client{curt.port()};
    const auto made = ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "spring"}});
    ASSERT_TRUE(made && made->status == 201);
  }

  /// Follows the link so often, and expects a redirect each time.
  void visit(const CurtProcess& curt, int times) {
    RawClient client{curt.port()};
    for (int rest = times; rest > 0;) {
      const int some = std::min(rest, 50);
      std::string bytes;
      for (int i = 0; i < some; ++i) bytes += "GET /spring HTTP/1.1\r\nHost: localhost\r\n\r\n";
      sent_ += static_cast<std::uint64_t>(some);
      ASSERT_TRUE(client.send(bytes));
      for (int i = 0; i < some; ++i) {
        const auto answer = client.read_response();
        ASSERT_TRUE(answer && answer->status == 302);
      }
      answered_ += static_cast<std::uint64_t>(some);
      rest -= some;
    }
  }

  /// A pace, which nothing depends on.
  static void wait_for(std::chrono::milliseconds time) {
    EXPECT_FALSE(eventually([] { return false; }, time));
  }

  static nlohmann::json statistics(const CurtProcess& curt) {
    RawClient client{curt.port()};
    const auto answer = ask(client, "GET", "/api/v1/links/spring/stats");
    return answer && answer->status == 200 ? nlohmann::json::parse(answer->body) : nullptr;
  }

  /// Waits until nothing is on its way, and so much is counted.
  static nlohmann::json settled(const CurtProcess& curt, std::uint64_t total) {
    nlohmann::json last;
    EXPECT_TRUE(eventually([&] {
      last = statistics(curt);
      return !last.is_null() && last.at("completeness").at("in_flight") == 0 &&
             last.at("visits").at("total") == total;
    })) << last.dump();
    return last;
  }

  /// The only folder of an epoch, and where its rings are.
  [[nodiscard]] fs::path epoch() const {
    return fs::directory_iterator { visits() } -> path();
  }
  [[nodiscard]] fs::path visits() const { return folder().path() / "data" / "visits"; }
  [[nodiscard]] fs::path rings(const fs::path& epoch) const {
    return folder().path() / "rings" / epoch.filename();
  }
  [[nodiscard]] fs::path aside(const char* what) const { return folder().path() / "aside" / what; }

  void copy_aside(const fs::path& epoch) {
    EXPECT_TRUE(eventually([&] {  // a file of the spool may be removed meanwhile
      std::error_code failed;
      fs::remove_all(folder().path() / "aside");
      fs::create_directories(folder().path() / "aside");
      fs::copy(epoch, aside("epoch"), fs::copy_options::recursive, failed);
      return !failed;
    }));
    fs::copy(rings(epoch), aside("rings"), fs::copy_options::recursive);
  }

  /// A process that had five visits counted when its folder was copied, and 4,000 more before it was killed.
  fs::path leave_with_copy() {
    CurtProcess& curt = start();
    make_link(curt);
    visit(curt, 5);
    settled(curt, 5);
    const fs::path left = epoch();
    copy_aside(left);
    visit(curt, 4'000);
    settled(curt, 4'005);
    curt.process().send_signal(SIGKILL);
    EXPECT_EQ(curt.process().wait(), 128 + SIGKILL);
    return left;
  }

  /// Expects that an instance that begins now finds nothing new, and closes what was left.
  void expect_nothing_new(const fs::path& left) {
    const CurtProcess& curt = start(700);  // which cuts a ring elsewhere
    EXPECT_TRUE(eventually([&] { return !fs::exists(left); }));
    const nlohmann::json after = settled(curt, 4'005);
    EXPECT_EQ(after.at("completeness").at("accepted"), 4'005);
    EXPECT_EQ(after.at("completeness").at("dropped"), 0);
    EXPECT_EQ(after.at("completeness").at("unaccounted"), 0);
    visit(curt, 10);
    settled(curt, 4'015);
  }

  std::optional<Cluster> cluster_;
  TempFolder folder_;
  std::vector<std::unique_ptr<CurtProcess>> instances_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> answered_{0};
};

TEST_P(VisitAccounts, AddUpAtEveryMomentAndClaimNoMoreThanWasTaken) {
  std::vector<CurtProcess*> instances{&start()};
  if (on_postgres()) instances.push_back(&start());
  make_link(*instances.front());
  std::atomic<bool> over{false};
  std::vector<std::jthread> visitors;
  for (const CurtProcess* instance : instances) {
    visitors.emplace_back([this, &over, instance] {
      while (!over && !HasFatalFailure()) {
        visit(*instance, 100);
        wait_for(std::chrono::milliseconds{20});
      }
    });
  }
  // Longer than the time between two reports of an instance. An answer is up to a second old, and an instance
  // knows of others what they told at least every five seconds.
  const std::size_t answers_behind = on_postgres() ? 70 : 20;
  std::vector<std::uint64_t> taken_before;
  for (std::size_t asked = 0; asked < 90; ++asked) {
    taken_before.push_back(answered_);
    const nlohmann::json answer = statistics(*instances.front());
    const std::uint64_t taken = sent_;
    ASSERT_FALSE(answer.is_null());
    const auto& complete = answer.at("completeness");
    const auto number = [&](const char* name) { return complete.at(name).get<std::uint64_t>(); };
    EXPECT_EQ(number("persisted") + number("in_flight") + number("dropped"), number("accepted"))
        << complete.dump();
    EXPECT_LE(number("accepted"), taken) << complete.dump();
    EXPECT_EQ(number("dropped"), 0U) << complete.dump();
    EXPECT_LE(number("in_flight"), number("accepted")) << complete.dump();
    if (asked >= answers_behind) {
      EXPECT_GE(number("accepted"), taken_before[asked - answers_behind]) << complete.dump();
    }
    wait_for(std::chrono::milliseconds{100});
  }
  over = true;
  visitors.clear();
  const nlohmann::json last = settled(*instances.front(), sent_);
  EXPECT_EQ(last.at("completeness").at("accepted"), sent_.load());
}

TEST_P(VisitAccounts, CountNothingTwiceWhereTheDiskHasAnOlderRingHeaderAndSpool) {
  const fs::path left = leave_with_copy();
  for (const auto& ring : fs::directory_iterator{aside("rings")}) {
    std::string header(visits::kRingHeaderBytes, '\0');
    std::ifstream{ring.path(), std::ios::binary}.read(header.data(),
                                                      static_cast<std::streamsize>(header.size()));
    std::fstream file{rings(left) / ring.path().filename(), std::ios::in | std::ios::out | std::ios::binary};
    file.write(header.data(), static_cast<std::streamsize>(header.size()));
  }
  fs::remove_all(left / "spool");
  fs::copy(aside("epoch") / "spool", left / "spool", fs::copy_options::recursive);
  expect_nothing_new(left);
}

TEST_P(VisitAccounts, CountNothingTwiceWhereAnOlderCopyOfTheFolderIsPutBack) {
  const fs::path left = leave_with_copy();
  fs::remove_all(left);
  fs::remove_all(rings(left));
  fs::copy(aside("epoch"), left, fs::copy_options::recursive);
  fs::copy(aside("rings"), rings(left), fs::copy_options::recursive);
  expect_nothing_new(left);
}

INSTANTIATE_TEST_SUITE_P(Stores, VisitAccounts, testing::Values("sqlite", "postgres"),
                         [](const auto& store) { return store.param; });

}  // namespace
}  // namespace curt::test

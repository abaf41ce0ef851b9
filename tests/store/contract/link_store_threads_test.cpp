#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::CreateOutcome;
using links::CreateRequest;

constexpr std::size_t kThreads = 8;

/// What came back to the threads, under one lock.
template <class T>
class Collected {
 public:
  void add(result<T> outcome) {
    const std::lock_guard lock{mutex_};
    if (outcome) {
      good.push_back(*std::move(outcome));
    } else {
      bad.push_back(outcome.error().code);
    }
  }

  std::vector<T> good;
  std::vector<ErrorCode> bad;

 private:
  std::mutex mutex_;
};

TEST_P(LinkStoreContract, ThreadsThatWishTheSameCodesGetEachCodeOnce) {
  constexpr std::size_t kCodes = 40;
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> winners;
  std::atomic<std::size_t> refused{0};
  on_threads(kThreads, [&](std::size_t thread) {
    for (std::size_t i = 0; i < kCodes; ++i) {
      const std::string code = "code" + std::to_string((i + thread * 3) % kCodes);
      const std::string target = "https://example.com/" + std::to_string(thread);
      const auto created = create(request_for(new_link(code, target)));
      if (created) {
        const std::lock_guard lock{mutex};
        winners[code].push_back(target);
      } else if (created.error().code == ErrorCode::alias_taken) {
        ++refused;
      }
    }
  });
  EXPECT_EQ(winners.size(), kCodes);
  EXPECT_EQ(refused, kCodes * (kThreads - 1));
  reopen();
  for (const auto& [code, targets] : winners) {
    ASSERT_EQ(targets.size(), 1U) << code;
    EXPECT_EQ(find(code).value().target.str(), targets.front());
  }
}

TEST_P(LinkStoreContract, RequestsWithTheSameKeyAtTheSameTimeMakeOneLink) {
  Collected<links::Created> outcomes;
  on_threads(kThreads, [&](std::size_t thread) {
    CreateRequest request = request_for(new_link("code" + std::to_string(thread), "https://example.com/"));
    request.idempotency = key_of("key");
    outcomes.add(create(request));
  });
  ASSERT_EQ(outcomes.good.size(), kThreads);
  const auto made = std::count_if(outcomes.good.begin(), outcomes.good.end(),
                                  [](const auto& one) { return one.outcome == CreateOutcome::created; });
  EXPECT_EQ(made, 1);
  for (const auto& one : outcomes.good) EXPECT_EQ(one.link.code, outcomes.good.front().link.code);
  EXPECT_EQ(list({}).value().links.size(), 1U);
}

TEST_P(LinkStoreContract, RequestsThatReuseTheSameTargetAtTheSameTimeMakeOneLink) {
  Collected<links::Created> outcomes;
  on_threads(kThreads, [&](std::size_t thread) {
    CreateRequest request = request_for(new_link("code" + std::to_string(thread), "https://example.com/"));
    request.reuse = true;
    outcomes.add(create(request));
  });
  ASSERT_EQ(outcomes.good.size(), kThreads);
  for (const auto& one : outcomes.good) EXPECT_EQ(one.link.code, outcomes.good.front().link.code);
  EXPECT_EQ(list({}).value().links.size(), 1U);
}

TEST_P(LinkStoreContract, OfEditsOfTheSameVersionAtTheSameTimeOneWins) {
  given(new_link("edit", "https://example.com/"));
  for (std::int64_t version = 1; version <= 5; ++version) {
    Collected<Link> outcomes;
    on_threads(kThreads, [&](std::size_t thread) {
      links::LinkPatch patch;
      patch.title = std::to_string(version) + " by " + std::to_string(thread);
      outcomes.add(update("edit", patch, version));
    });
    ASSERT_EQ(outcomes.good.size(), 1U);
    EXPECT_EQ(outcomes.good.front().version, version + 1);
    EXPECT_THAT(outcomes.bad, testing::Each(ErrorCode::version_mismatch));
    EXPECT_EQ(find("edit").value().title, outcomes.good.front().title);
  }
}

TEST_P(LinkStoreContract, ALinkIsFoundAsSoonAsItsCreatorWasAnswered) {
  std::atomic<std::size_t> missing{0};
  on_threads(kThreads, [&](std::size_t thread) {
    for (std::size_t i = 0; i < 20; ++i) {
      const std::string code = "code" + std::to_string(thread) + "-" + std::to_string(i);
      const bool created = create(request_for(new_link(code, "https://example.com/"))).has_value();
      if (!created || !find(code)) ++missing;
    }
  });
  EXPECT_EQ(missing, 0U);
}

}  // namespace
}  // namespace curt::test

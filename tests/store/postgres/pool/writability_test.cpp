#include "store/postgres/pool/writability.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include <gmock/gmock.h>

namespace curt::store::postgres {
namespace {

using Purpose = Writability::Purpose;
using std::chrono::milliseconds;
using testing::ElementsAre;

const Writability::Clock::time_point kStart{std::chrono::hours{1}};

/// A server that was just found to take no writes, and probes of it that each take some time, as the pool's
/// threads make them: whenever one is due.
class ProbedServer {
 public:
  ProbedServer(milliseconds probe_time, milliseconds takes_writes_from)
      : probe_time_(probe_time), takes_writes_from_(takes_writes_from) {
    writability_.found(false, writability_.generation(), Purpose::work);
  }

  /// Lets time pass until `end`, or until a probe has found that writes are taken again.
  void run_until(milliseconds end) {
    for (milliseconds now{0}; now < end && !writability_.takes_writes(); now += kStep) pass(now);
  }

  /// When each probe began, and when one found that writes are taken again, in time since kStart.
  [[nodiscard]] const std::vector<milliseconds>& probes() const noexcept { return probes_; }
  [[nodiscard]] std::optional<milliseconds> found_at() const noexcept { return found_at_; }

 private:
  static constexpr milliseconds kStep{10};

  void pass(milliseconds now) {
    if (is_probing_ && now >= probes_.back() + probe_time_) {
      is_probing_ = false;
      writability_.end_probe();
      const bool takes_writes = probes_.back() >= takes_writes_from_;
      if (writability_.found(takes_writes, writability_.generation(), Purpose::probe)) found_at_ = now;
    }
    if (!writability_.probe_is_due(kStart + now)) return;
    writability_.begin_probe(kStart + now);
    probes_.push_back(now);
    is_probing_ = true;
  }

  const milliseconds probe_time_;
  const milliseconds takes_writes_from_;
  Writability writability_;
  bool is_probing_ = false;
  std::vector<milliseconds> probes_;
  std::optional<milliseconds> found_at_;
};

TEST(Writability, IsBelievedToTakeWritesAndNotAskedAbout) {
  const Writability server;
  EXPECT_TRUE(server.takes_writes());
  EXPECT_FALSE(server.probe_is_due(kStart));
}

TEST(Writability, AProbeIsDueAtOnceAndThenEverySecond) {
  Writability server;
  EXPECT_TRUE(server.found(false, server.generation(), Purpose::work));
  EXPECT_FALSE(server.takes_writes());
  ASSERT_TRUE(server.probe_is_due(kStart));
  server.begin_probe(kStart);
  EXPECT_FALSE(server.probe_is_due(kStart + std::chrono::hours{1})) << "there is one";
  EXPECT_FALSE(server.found(false, server.generation(), Purpose::probe));
  server.end_probe();
  EXPECT_FALSE(server.probe_is_due(kStart + std::chrono::milliseconds{999}));
  EXPECT_TRUE(server.probe_is_due(kStart + std::chrono::seconds{1}));
}

TEST(Writability, IsProbedOnceASecondWhileNoWritesAreTaken) {
  ProbedServer server{milliseconds{300}, milliseconds::max()};
  server.run_until(milliseconds{4000});
  EXPECT_THAT(server.probes(),
              ElementsAre(milliseconds{0}, milliseconds{1000}, milliseconds{2000}, milliseconds{3000}));
}

TEST(Writability, AProbeThatTookLongerThanASecondIsFollowedByTheNext) {
  ProbedServer server{milliseconds{1500}, milliseconds::max()};
  server.run_until(milliseconds{4000});
  EXPECT_THAT(server.probes(), ElementsAre(milliseconds{0}, milliseconds{1500}, milliseconds{3000}));
}

TEST(Writability, WritesThatAreTakenAgainAreFoundWithinASecondAndAProbe) {
  const milliseconds probe_time{300};
  for (milliseconds back{10}; back <= milliseconds{5000}; back += milliseconds{10}) {
    ProbedServer server{probe_time, back};
    server.run_until(milliseconds{60'000});
    ASSERT_TRUE(server.found_at());
    EXPECT_LE(*server.found_at(), back + Writability::kProbeInterval + probe_time);
  }
}

TEST(Writability, EachChangeBeginsAGeneration) {
  Writability server;
  const auto first = server.generation();
  server.found(false, first, Purpose::work);
  const auto second = server.generation();
  EXPECT_NE(first, second);
  EXPECT_TRUE(server.found(true, second, Purpose::probe));
  EXPECT_NE(second, server.generation());
  EXPECT_TRUE(server.takes_writes());
  EXPECT_FALSE(server.probe_is_due(kStart));
}

TEST(Writability, SessionsOfAnEarlierGenerationSayNothing) {
  Writability server;
  const auto first = server.generation();
  server.found(false, first, Purpose::work);
  EXPECT_FALSE(server.found(true, first, Purpose::probe));
  server.found(true, server.generation(), Purpose::probe);
  EXPECT_FALSE(server.found(false, first, Purpose::work));
  EXPECT_TRUE(server.takes_writes());
}

TEST(Writability, OnlyAProbeFindsThatWritesAreTakenAgain) {
  Writability server;
  server.found(false, server.generation(), Purpose::work);
  EXPECT_FALSE(server.found(true, server.generation(), Purpose::work));
  EXPECT_FALSE(server.takes_writes());
}

TEST(Writability, NewsFromOutsideIsOnlyAReasonForAProbe) {
  Writability server;
  server.hear(false);
  EXPECT_TRUE(server.takes_writes());
  ASSERT_TRUE(server.probe_is_due(kStart));
  server.begin_probe(kStart);
  server.end_probe();
  server.hear(false);
  EXPECT_FALSE(server.probe_is_due(kStart)) << "not more often than once a second";
  server.hear(true);
  EXPECT_FALSE(server.probe_is_due(kStart + std::chrono::seconds{1}));
}

}  // namespace
}  // namespace curt::store::postgres

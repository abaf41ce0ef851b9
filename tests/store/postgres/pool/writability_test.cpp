#include "store/postgres/pool/writability.hpp"

#include <gtest/gtest.h>

namespace curt::store::postgres {
namespace {

using Purpose = Writability::Purpose;

const Writability::Clock::time_point kStart{std::chrono::hours{1}};

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

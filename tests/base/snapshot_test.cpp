#include "curt/base/snapshot.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace curt {
namespace {

TEST(Snapshot, IsNothingBeforeTheFirstValue) {
  const Snapshot<int> snapshot;
  EXPECT_EQ(snapshot.seen(), nullptr);
  EXPECT_EQ(snapshot.current(), nullptr);
  EXPECT_FALSE(snapshot.home());
}

TEST(Snapshot, ShowsTheLatestValue) {
  Snapshot<int> snapshot;
  snapshot.publish(std::make_shared<const int>(1));
  const auto held = snapshot.current();
  snapshot.publish(std::make_shared<const int>(2));
  EXPECT_EQ(*snapshot.seen(), 2);
  EXPECT_EQ(*held, 1) << "a share keeps its value";
}

TEST(Snapshot, FreesAFormerValueAtOnceWhereNobodyReadsOnAnotherThread) {
  Snapshot<int> snapshot;
  auto first = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watched = first;
  snapshot.publish(std::move(first));
  snapshot.publish(std::make_shared<const int>(2));
  EXPECT_TRUE(watched.expired());
}

TEST(Snapshot, FreesAFormerValueAtHomeOnceEachReaderHasBegunSomethingElse) {
  net::io_context one;
  net::io_context two;
  net::io_context home;
  Snapshot<int> snapshot;
  auto first = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watched = first;
  snapshot.publish(std::move(first));
  snapshot.read_on({one.get_executor(), two.get_executor()}, home.get_executor());
  snapshot.publish(std::make_shared<const int>(2));
  one.run();
  home.run();
  EXPECT_FALSE(watched.expired()) << "the second reader may still hold it";
  two.run();
  EXPECT_FALSE(watched.expired()) << "no reader frees it";
  home.restart();
  home.run();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace curt

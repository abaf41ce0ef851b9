#include "limits/client_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::limits {
namespace {

constexpr std::size_t kSmall = ClientTable::kShards * ClientTable::kRow;

TEST(ClientTable, KeepsATimeOfEachBudgetOfAClient) {
  ClientTable table{kSmall, 1};
  const Subject who = Subject::of_client("192.0.2.1");
  {
    ClientTable::Row row = table.row_of(who);
    EXPECT_EQ(row.find(Budget::api), nullptr);
    row.place(Budget::api).time = Ticks{5};
    row.place(Budget::create).time = Ticks{7};
    row.place(Budget::api).time = Ticks{6};
  }
  ClientTable::Row row = table.row_of(who);
  ASSERT_NE(row.find(Budget::api), nullptr);
  EXPECT_EQ(row.find(Budget::api)->time, Ticks{6});
  EXPECT_EQ(row.find(Budget::create)->time, Ticks{7});
  EXPECT_EQ(row.find(Budget::not_found), nullptr);
}

TEST(ClientTable, ForgetsTheTimeThatComesFirst) {
  ClientTable table{kSmall, 1};
  constexpr int kClients = 5000;
  for (int i = 1; i <= kClients; ++i) {
    const Subject who = Subject::of_client(fmt::format("10.0.{}.{}", i >> 8, i & 255));
    table.row_of(who).place(Budget::api).time = Ticks{i};
  }
  EXPECT_EQ(table.count_after(Ticks::zero()), kSmall);
  EXPECT_GT(table.count_after(Ticks{kClients - 1000}), kSmall - 100) << "the latest are there";
}

TEST(ClientTable, TakesNoPlaceThatIsInUseForAClientThatCostsNothingYet) {
  ClientTable table{kSmall, 1};
  const Subject who = Subject::of_client("192.0.2.1");
  ClientTable::Row row = table.row_of(who);
  ClientTable::Place* const taken = row.find_or_take(Budget::api, Ticks{5});
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(taken->time, Ticks{5});
  taken->under_way = 1;
  EXPECT_EQ(row.find_or_take(Budget::api, Ticks{9}), taken);
  EXPECT_EQ(row.find_or_take(Budget::create, Ticks{9})->time, Ticks{9});
  EXPECT_EQ(row.find(Budget::api), taken) << "a request of it is under way";
}

TEST(ClientTable, SpreadsClientsOverItsRows) {
  ClientTable table{kSmall, 1};
  for (int i = 0; i < 200; ++i) {
    const Subject who = Subject::of_client(fmt::format("10.0.0.{}", i));
    table.row_of(who).place(Budget::api).time = Ticks{1};
  }
  EXPECT_GT(table.count_after(Ticks::zero()), 150U);
}

}  // namespace
}  // namespace curt::limits

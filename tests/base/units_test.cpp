#include "curt/base/units.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

namespace curt {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("10s"), 10s);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("10 s"), 10s);
  EXPECT_EQ(parse_duration("0"), 0ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
}

TEST(Duration, RefusesWhatIsNotOneNumberWithOneUnit) {
  for (const char* text : {"", " ", "10", "s", "-1s", "+1s", "1.5s", "10S", "10sec", "1h30m", " 10s", "10s ",
                           "10  s", "0x10s", "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, IsWrittenInTheLargestUnitThatLeavesNoRest) {
  EXPECT_EQ(format_duration(0ms), "0ms");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(75s), "75s");
  EXPECT_EQ(format_duration(120s), "2m");
  EXPECT_EQ(format_duration(24h), "1d");
  for (const auto value : {0ms, 1ms, 999ms, 1000ms, 60'000ms, 90'000'000ms}) {
    EXPECT_EQ(parse_duration(format_duration(value)), value);
  }
}

TEST(Bytes, ReadsPowersOf1024AndOf1000) {
  EXPECT_EQ(parse_bytes("1024"), 1024U);
  EXPECT_EQ(parse_bytes("7B"), 7U);
  EXPECT_EQ(parse_bytes("64KiB"), 65'536U);
  EXPECT_EQ(parse_bytes("64 kib"), 65'536U);
  EXPECT_EQ(parse_bytes("256MiB"), 268'435'456U);
  EXPECT_EQ(parse_bytes("1GB"), 1'000'000'000U);
  EXPECT_EQ(parse_bytes("1TiB"), 1'099'511'627'776U);
  EXPECT_EQ(parse_bytes("0"), 0U);
}

TEST(Bytes, RefusesWhatIsNotAnAmountOrDoesNotFit) {
  for (const char* text : {"", "B", "MiB", "-1", "1.5GiB", "10X", "10M", "10MiBs", " 1", "1 ", "16777216TiB",
                           "18446744073709551616"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(Bytes, AreWrittenInTheLargestUnitThatLeavesNoRest) {
  EXPECT_EQ(format_bytes(0), "0");
  EXPECT_EQ(format_bytes(1000), "1000");
  EXPECT_EQ(format_bytes(1536), "1536");
  EXPECT_EQ(format_bytes(268'435'456), "256MiB");
  EXPECT_EQ(parse_bytes(format_bytes(3'221'225'472)), 3'221'225'472U);
}

TEST(JsonInteger, IsReadInWhicheverWayItIsWritten) {
  const std::pair<const char*, std::int64_t> written[] = {
      {"3600", 3600},
      {"3600.0", 3600},
      {"3600.000", 3600},
      {"3.6e3", 3600},
      {"3.6E+3", 3600},
      {"36000000e-4", 3600},
      {"1e3", 1000},
      {"-1e3", -1000},
      {"0.5e1", 5},
      {"0.0005e4", 5},
      {"0", 0},
      {"-0.0", 0},
      {"0e999999999999999999999", 0},
      {"0.000e-5", 0},
      {"9007199254740993.0", 9'007'199'254'740'993},  // 2^53 + 1, which a double is not
      {"9223372036854775807.0", std::numeric_limits<std::int64_t>::max()},
      {"-9.223372036854775808e18", std::numeric_limits<std::int64_t>::min()},
      {"1e18", 1'000'000'000'000'000'000},
  };
  for (const auto& [text, value] : written) EXPECT_EQ(parse_json_integer(text), value) << text;
}

TEST(JsonInteger, IsNoFractionAndNothingThatDoesNotFit) {
  for (const char* text : {"3600.5", "1e-1", "1.25e1", "0.1", "3600.0000001", "9223372036854775808.0", "1e19",
                           "-9223372036854775809.0", "1e999", "1e999999999999999999999", "1e-999", "", "-",
                           ".", "x", "1ex", "Infinity", "NaN"}) {
    EXPECT_FALSE(parse_json_integer(text)) << text;
  }
}

}  // namespace
}  // namespace curt

#include "curt/domain/error.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/error_codes.hpp"

namespace curt {
namespace {

TEST(NameOf, GivesEachCodeANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const ErrorCode code : test::all_error_codes()) names.insert(name_of(code));
  EXPECT_EQ(names.size(), test::all_error_codes().size());
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::out_of_codes) + 1)
      << "out_of_codes is the last";
}

TEST(NameOf, WritesNamesInSnakeCase) {
  for (const ErrorCode code : test::all_error_codes()) {
    const std::string_view name = name_of(code);
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || c == '_';
    })) << name;
  }
}

TEST(InvalidField, NamesTheFieldAndSaysSoInOneSentence) {
  const Error error = invalid_field("url", "is missing");
  EXPECT_EQ(error.code, ErrorCode::invalid_value);
  EXPECT_EQ(error.detail, "url is missing");
  ASSERT_EQ(error.fields.size(), 1U);
  EXPECT_EQ(error.fields[0].field, "url");
  EXPECT_EQ(error.fields[0].message, "is missing");
}

TEST(InvalidFields, SaysHowManyMoreThereAre) {
  const Error error = invalid_fields({{"url", "is missing"}, {"ttl", "is wrong"}, {"tags", "are wrong"}});
  EXPECT_EQ(error.detail, "url is missing (and 2 more)");
  EXPECT_EQ(error.fields.size(), 3U);
}

TEST(Result, ThrowsItsErrorWhereAValueIsInsistedOn) {
  const result<int> failed = Error{ErrorCode::not_found, "No link has this code.", "secret"};
  try {
    static_cast<void>(failed.value());
    FAIL() << "value() gave a value";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "not_found: No link has this code.");
  }
}

}  // namespace
}  // namespace curt

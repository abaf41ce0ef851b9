#include "app/commands/unknown_owners.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<KeyId> ids(int count) {
  std::vector<KeyId> all;
  for (int i = 1; i <= count; ++i) all.push_back(KeyId::from_valid("Ab3dEf6hIj0" + std::to_string(i)));
  return all;
}

TEST(UnknownOwners, AreNamedWithWhatToDo) {
  EXPECT_EQ(warning_of({}), "");
  EXPECT_EQ(
      warning_of(ids(1)),
      "an owner of these links is not in this database (Ab3dEf6hIj01): only keys without --own see such "
      "links; `curt links give --from ID --to ID --where all` gives them to a key");
  EXPECT_THAT(warning_of(ids(5)), AllOf(HasSubstr("5 owners of these links are not"),
                                        HasSubstr("Ab3dEf6hIj01, "), HasSubstr(", Ab3dEf6hIj05)")));
  EXPECT_THAT(warning_of(ids(7)), AllOf(HasSubstr("7 owners"), HasSubstr("Ab3dEf6hIj05 and 2 more)"),
                                        Not(HasSubstr("Ab3dEf6hIj06"))));
}

}  // namespace
}  // namespace curt::app

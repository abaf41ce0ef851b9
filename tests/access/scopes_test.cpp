#include "curt/access/scopes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using curt::access::Scope;
using curt::access::Scopes;
using ::testing::HasSubstr;

TEST(Scopes, AreReadByTheirNames) {
  const auto scopes = Scopes::parse({"stats:read", "links:write", "stats:read"});
  ASSERT_TRUE(scopes);
  EXPECT_EQ(scopes->str(), "links:write stats:read");
  EXPECT_EQ(Scopes::from_stored(scopes->str()), *scopes);
}

TEST(Scopes, NameTheUnknownOneAndThoseThatThereAre) {
  const auto scopes = Scopes::parse({"links:read", "links:delete"});
  ASSERT_FALSE(scopes);
  EXPECT_EQ(scopes.error().fields.at(0).field, "scopes");
  EXPECT_THAT(scopes.error().detail, HasSubstr("'links:delete'; there are links:read, links:write"));
}

TEST(Scopes, DoNotRepeatAKeyThatStandsInTheirPlace) {
  const auto scopes = Scopes::parse({"curt_ab"});
  ASSERT_FALSE(scopes);
  EXPECT_EQ(scopes.error().detail.find("curt_ab"), std::string::npos);
}

TEST(Scopes, AreAtLeastOne) { EXPECT_FALSE(Scopes::parse({})); }

TEST(Scopes, PassOverWhatANewerReleaseStored) {
  EXPECT_EQ(Scopes::from_stored("links:read links:bless admin").str(), "links:read admin");
  EXPECT_TRUE(Scopes::from_stored("").empty());
}

TEST(Scopes, AllowWhatTheyContainAndWithAdminEverything) {
  const Scopes reader{Scope::links_read};
  EXPECT_TRUE(reader.allow(Scope::links_read));
  EXPECT_FALSE(reader.allow(Scope::links_write));
  EXPECT_FALSE(reader.allow(Scope::admin));
  const Scopes admin{Scope::admin};
  for (const Scope scope :
       {Scope::links_read, Scope::links_write, Scope::stats_read, Scope::metrics_read, Scope::admin}) {
    EXPECT_TRUE(admin.allow(scope));
    EXPECT_FALSE(Scopes{}.allow(scope));
  }
  EXPECT_FALSE(admin.contain(Scope::links_read));
}

}  // namespace

#include "store/postgres/connection/libpq_options.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::store::postgres {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Why libpq does not take it.
std::string reason(const std::string& connection_string) {
  const auto options = parse_connection_string(connection_string);
  return options ? "" : options.error().detail;
}

TEST(LibpqOptions, AreWhatTheStringSays) {
  const auto options = parse_connection_string("postgresql://curt:s3#cr?t@db/links?sslmode=require");
  ASSERT_TRUE(options);
  std::string found;
  for (const PQconninfoOption* option = options->get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) found += std::string{option->keyword} + '=' + option->val + ' ';
  }
  EXPECT_EQ(found, "user=curt password=s3#cr?t dbname=links host=db sslmode=require ");
}

TEST(LibpqOptions, ComeWithTheReasonOfLibpqWhereThereAreNone) {
  EXPECT_EQ(reason("postgresql://curt:password@db/curt?schema=public"),
            "invalid URI query parameter: \"schema\"");
  EXPECT_EQ(reason("postgresql://db/curt?Schema=public"), "invalid URI query parameter: \"Schema\"");
  EXPECT_EQ(reason("postgresql://curt:s3cret@db/curt?pool%5Fsize=5"),
            "invalid URI query parameter: \"pool_size\"");
  EXPECT_EQ(reason("postgresql://curt:s3cret@db/curt?sslmode"),
            "missing key/value separator \"=\" in URI query parameter: \"sslmode\"");
  EXPECT_EQ(reason("postgresql://curt:s3cret@db/cu%zzrt"), "invalid percent-encoded token: \"cu%zzrt\"");
  EXPECT_EQ(reason("host=db color=blue"), "invalid connection option \"color\"");
  EXPECT_EQ(reason("host=db dbname"), "missing \"=\" after \"dbname\" in connection info string");
}

TEST(LibpqOptions, ShowNothingOfAPassword) {
  for (const char* url : {
           "postgresql://curt:sEc%zzrEt@db/curt",
           "postgresql://curt:sEc%00rEt@db/curt",
           "postgresql://curt:sEc/a?rEt=1@db/curt",
           "postgresql://curt:sEc/a?b=rEt=1@db/curt",
           "postgresql://curt:sEc/a?b=c&rEt@db/curt?x=1",
           "postgresql://db/curt?password=sEc&rEt=1",
           "postgresql://db/curt?sslpassword=sEc%zzrEt",
           "postgresql://db/curt?p%61ssword=sEc&rEt",
           "postgresql://db/curt?PASSWORD=sEcrEt",
           "postgresql://db/curt?user=a&password=x@sEc&rEt=1",
           "postgresql://curt:sEcrEt@[db/curt",
           "postgresql://curt:sEcrEt@[]/curt",
           "postgresql://curt:sEcrEt@[::1]x/curt",
           "postgresql://curt:sEc\"rEt%zz@db/curt?sEc\"rEt=1",
           "postgresql://curt:sEc%22rEt@db/curt?x%22rEt=1",
           "postgresql://curt:sEcrEt@db/curt?sEcrEt@x=1",
           "host=db password=sEc rEt",
           "host=db password='sEcrEt",
           "host=db password='sEc' rEt dbname=curt",
           "host=db passfile=sEc rEt",
       }) {
    EXPECT_THAT(reason(url),
                AllOf(Not(""), Not(HasSubstr("sEc")), Not(HasSubstr("rEt")), Not(HasSubstr("sec"))))
        << url;
  }
}

}  // namespace
}  // namespace curt::store::postgres

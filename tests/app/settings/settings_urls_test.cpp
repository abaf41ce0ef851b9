#include "app/settings/settings_urls.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/app/settings/settings.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Why these are refused; empty if they are not.
std::string refusal(Command command, const std::string& variable, const std::string& value) {
  SettingsSources sources;
  sources.environment = {{variable, value}};
  sources.default_config = "/nowhere/curt.toml";
  const SettingsReading reading = read_settings(command, sources);
  return reading.errors.empty() ? "" : reading.errors.front().message;
}

TEST(SettingsUrls, TakeThePostgresUrlsThatLibpqReadsAsTheyAreMeant) {
  for (const char* url :
       {"postgresql://db/curt", "postgres://u:p@a:1,b:2/curt?target_session_attrs=read-write",
        "postgresql:///curt?host=/run/postgresql&user=a@b", "postgresql://", "postgresql://u@[::1]:5432/curt",
        "postgresql://u:a:b?c#d%40%2F@db/curt", "postgresql://u:p@db?password=a%26b", "postgresql://,b:1/"}) {
    EXPECT_TRUE(is_postgres_url(url)) << url;
  }
}

TEST(SettingsUrls, RefuseAPostgresUrlOfWhichLibpqWouldTakeThePasswordForAPlace) {
  for (const char* url :
       {"postgresql://curt:AbC/dEf@db/curt", "postgresql://curt:p@sEc@db/curt",
        "postgresql://curt:AbC?sEc/dEf@db", "postgresql://curt:12/sEc@db/curt",
        "postgresql://curt:sEc%zz@db/curt", "postgresql://curt:sEc%4@db", "postgresql://curt:sEc rEt@db/curt",
        "postgresql://curt@azure:sEc@db/curt", "postgresql://curt:sEc%",
        "postgresql://db?user=curt&password=p@sEc", "postgresql://[::1", "postgresql://db:sEc,b/curt"}) {
    EXPECT_FALSE(is_postgres_url(url)) << url;
    for (const char* variable : {"CURT_DATABASE_URL", "CURT_MIGRATE_DATABASE_URL"}) {
      EXPECT_THAT(refusal(Command::migrate, variable, url),
                  AllOf(HasSubstr(variable), HasSubstr("%40 for @, %2F for /"), Not(HasSubstr("sEc")),
                        Not(HasSubstr("AbC")), Not(HasSubstr("dEf"))));
    }
    EXPECT_NE(refusal(Command::serve, "CURT_DATABASE_URL", url), "");
  }
}

TEST(SettingsUrls, SayWhatIsWrongWithAPostgresUrl) {
  const std::pair<const char*, const char*> faults[] = {
      {"postgresql://curt:sEc rEt@db/curt", "there is a blank or a control character in it"},
      {"postgresql://curt:sEcrEt@db/curt\n", "there is a blank or a control character in it"},
      {"postgresql://curt:sEc%zz@db/curt", "a % is not followed by two hexadecimal digits"},
      {"postgresql://curt:sEc%#rEt@db/curt", "a % is not followed by two hexadecimal digits"},
      {"postgresql://curt:sEc/rEt@db/curt",
       "there is a / before the @, where libpq takes what precedes for a host"},
      {"postgresql://curt:sEc#/rEt@db/curt",
       "there is a / before the @, where libpq takes what precedes for a host"},
      {"postgresql://curt:sEc/r?Et@db/curt",
       "there is a / before the @, where libpq takes what precedes for a host"},
      {"postgresql://curt:sEc@rEt@db/curt", "there is more than one @, of which libpq takes the first"},
      {"postgresql://db?password=p@sEc", "there is a @ behind a parameter, of which libpq makes a user"},
      {"postgresql://curt:sEc@[::1/curt", "the [ of an IPv6 address has no ]"},
      {"postgresql://curt:sEc@db:port/curt", "what follows a host's colon is no port"},
      {"postgresql://curt:sEc@a:1,b:x/curt", "what follows a host's colon is no port"}};
  for (const auto& [url, fault] : faults) {
    EXPECT_EQ(misreading_of_postgres(url), fault) << url;
    EXPECT_THAT(refusal(Command::serve, "CURT_DATABASE_URL", url),
                AllOf(HasSubstr(fault), Not(HasSubstr("sEc")), Not(HasSubstr("rEt"))));
  }
  EXPECT_EQ(misreading_of_postgres("postgresql://curt:s3#cret@db:5432/curt?schema=public"), "");
}

TEST(SettingsUrls, RefuseARedisUrlWithSuchAPasswordAndDoNotShowIt) {
  for (const char* url :
       {"redis://curt:AbC/dEf@r", "redis://curt:p@sEc@r/0", "redis://:12/sEc@r", "redis://curt:12/3?sEc@r",
        "redis://curt:12#sEc@r", "rediss://:sEc%zz@r", "redis://curt:12/3@r", "redis://sEc/rEt@r"}) {
    EXPECT_FALSE(is_redis_url(url)) << url;
    EXPECT_THAT(refusal(Command::serve, "CURT_REDIS_URL", url),
                AllOf(HasSubstr("CURT_REDIS_URL"), HasSubstr("%40 for @"), Not(HasSubstr("sEc")),
                      Not(HasSubstr("AbC")), Not(HasSubstr("dEf"))));
  }
}

TEST(SettingsUrls, MayHaveAnInternationalName) {
  EXPECT_EQ(parse_origin("https://bücher.example"), "https://xn--bcher-kva.example");
  EXPECT_EQ(parse_origin("HTTPS://BÜCHER.example:443/"), "https://xn--bcher-kva.example");
  EXPECT_EQ(parse_origin("http://кратко.рф:8080"), "http://xn--80atbqhn.xn--p1ai:8080");
  EXPECT_EQ(parse_origin("https://🩷.ws"), "https://xn--1z9h.ws");
  for (const char* none : {"https://bücher.example/a", "https://u@bücher.example", "https://bücher.example?a",
                           "https:bücher.example", "bücher.example", "https://bü%cher.example",
                           "https://a\u200Db.example", "https://*.bücher.example"}) {
    EXPECT_EQ(parse_origin(none), std::nullopt) << none;
  }
  EXPECT_EQ(url_in_ascii("https://bücher.example/für?ö"), "https://xn--bcher-kva.example/f%C3%BCr?%C3%B6");
  EXPECT_EQ(url_in_ascii("HTTPS://Example.com"), "HTTPS://Example.com");
  EXPECT_EQ(url_in_ascii("ü"), "ü");
}

TEST(SettingsUrls, OfAnInternationalNameAreKeptInAscii) {
  SettingsSources sources;
  sources.environment = {{"CURT_BASE_URL", "https://bücher.example"},
                         {"CURT_CORS_ORIGINS", "https://Müller.example,https://a.example"},
                         {"CURT_ROOT_REDIRECT", "https://müller.example/über"}};
  sources.default_config = "/nowhere/curt.toml";
  const SettingsReading reading = read_settings(Command::serve, sources);
  ASSERT_TRUE(reading.errors.empty()) << reading.errors.front().message;
  EXPECT_EQ(reading.settings.base_url, "https://xn--bcher-kva.example");
  EXPECT_EQ(reading.settings.cors_origins,
            (std::vector<std::string>{"https://xn--mller-kva.example", "https://a.example"}));
  EXPECT_EQ(reading.settings.root_redirect, "https://xn--mller-kva.example/%C3%BCber");
}

TEST(SettingsUrls, NeverShowAPassword) {
  for (const char* url : {"mysql://curt:s3cret@db/curt", "mysql://curt:s3/cr@s3cret@db/curt",
                          "redis://:s3cret@cache", "mysql://db/curt?user=a&password=s3cret&x=1",
                          "host=db PASSWORD='x s3cret' dbname=curt", "host=db password=s3cret"}) {
    EXPECT_THAT(refusal(Command::serve, "CURT_DATABASE_URL", url),
                AllOf(HasSubstr("CURT_DATABASE_URL: "), HasSubstr("***"), Not(HasSubstr("s3")),
                      HasSubstr("sqlite:PATH")));
  }
}

}  // namespace
}  // namespace curt::app

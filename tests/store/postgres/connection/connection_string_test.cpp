#include "store/postgres/connection/connection_string.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <libpq-fe.h>

namespace curt::store::postgres {
namespace {

using namespace std::chrono_literals;

/// What libpq takes from a connection string for a keyword.
std::string value_of(const std::string& keyword, const std::string& connection_string) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
      PQconninfoParse(connection_string.c_str(), nullptr), &PQconninfoFree};
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr;
       ++option) {
    if (option->keyword == keyword) return option->val == nullptr ? "nothing" : option->val;
  }
  return "no such keyword";
}

std::string completed(const std::string& url) { return complete_connection_string(url, 7s).value(); }

std::string timeout_of(const std::string& url) { return value_of("connect_timeout", completed(url)); }

TEST(ConnectionString, KeepsWhatIsThereAndHasDefaultsForWhatIsNot) {
  const std::string text = completed("postgresql://curt:it's%20%5C@localhost/curt?application_name=mine");
  EXPECT_EQ(value_of("password", text), "it's \\");
  EXPECT_EQ(value_of("application_name", text), "mine");
  EXPECT_EQ(value_of("client_encoding", text), "UTF8");
  EXPECT_EQ(value_of("connect_timeout", text), "7");
}

TEST(ConnectionString, AlwaysBoundsHowLongConnectingTakes) {
  const std::string url = "postgresql://localhost/curt?connect_timeout=";
  EXPECT_EQ(timeout_of(url + "3"), "3");
  EXPECT_EQ(timeout_of(url + "60"), "60");
  for (const char* unbounded : {"0", "-1", "61", "%200%20", "99999999999999999999"}) {
    EXPECT_EQ(timeout_of(url + unbounded), "60") << unbounded;
  }
  EXPECT_EQ(timeout_of(url + "soon"), "soon") << "which libpq refuses";
}

TEST(ConnectionString, IsRefusedWithTheReasonOfLibpq) {
  EXPECT_EQ(complete_connection_string("postgresql://curt:s3cret@db/curt?schema=public", 7s).error().detail,
            "the URL of the database is none that PostgreSQL's libpq takes: invalid URI query parameter: "
            "\"schema\"");
}

TEST(ConnectionString, MayBeGivenAShorterTimeToConnectButNoLongerOne) {
  const std::string text = completed("postgresql://curt:it's@localhost/curt");
  const std::string shorter = with_connect_timeout_at_most(5s, text);
  EXPECT_EQ(value_of("connect_timeout", shorter), "5");
  EXPECT_EQ(value_of("password", shorter), "it's");
  EXPECT_EQ(value_of("connect_timeout", with_connect_timeout_at_most(9s, text)), "7");
}

}  // namespace
}  // namespace curt::store::postgres

#include "cache/redis/links/server_identity.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace curt::cache {
namespace {

using links::SharedIdentity;
using Kind = SharedIdentity::Kind;
using Answer = std::optional<RedisReply>;

Answer info(std::string text) { return RedisReply{RedisReply::Kind::text, std::move(text), 0, {}}; }

Answer error(std::string text) { return RedisReply{RedisReply::Kind::error, std::move(text), 0, {}}; }

Answer server(const std::string& run, const std::string& before, const std::string& role = "master",
              const std::string& history = "abcd") {
  return info("# Server\r\nredis_version:7.0.15\r\nrun_id:" + run + "\r\n\r\n# Replication\r\nrole:" + role +
              "\r\nmaster_replid:" + history + "\r\nmaster_replid2:" + before + "\r\n");
}

TEST(ServerIdentity, AsksForInfo) { EXPECT_EQ(identity_command().bytes, "*1\r\n$4\r\nINFO\r\n"); }

TEST(ServerIdentity, IsTheRunTheRoleAndTheHistoryBefore) {
  const SharedIdentity one = identity_from(server("0123", "0000"));
  EXPECT_EQ(one.kind, Kind::known);
  EXPECT_EQ(one.text, "0123:master:0000");
  EXPECT_NE(identity_from(server("0124", "0000")).text, one.text) << "it was restarted";
  EXPECT_NE(identity_from(server("0123", "abce")).text, one.text) << "it was promoted";
  EXPECT_NE(identity_from(server("0123", "0000", "slave")).text, one.text) << "it is a replica";
  EXPECT_EQ(identity_from(server("0123", "0000", "master", "abce")).text, one.text) << "a replica came";
}

TEST(ServerIdentity, ReadsLinesWithAndWithoutCarriageReturns) {
  EXPECT_EQ(identity_from(info("run_id:1\nrole:master\nmaster_replid2:2\n")).text, "1:master:2");
  EXPECT_EQ(identity_from(info("run_id:1\r\nrole:master\r\nmaster_replid2:2")).text, "1:master:2");
  EXPECT_EQ(identity_from(info("x_run_id:9\r\nrun_id_x:8\r\nmaster_replid:7\r\nrun_id:1\r\n")).text, "1::");
}

TEST(ServerIdentity, IsNotToldWhereNothingSaysIt) {
  for (const Answer& answer :
       {info(""), info("# Server\r\nredis_version:7.0.15\r\n"),
        info("run_id:\r\nrole:master\r\nmaster_replid2:2\r\n"), info("role:master\r\nmaster_replid2:2\r\n"),
        info("run_id"), error("NOPERM this user has no permissions to run the 'info' command"),
        error("ERR unknown command 'INFO'"), Answer{RedisReply{RedisReply::Kind::nothing, "", 0, {}}},
        Answer{RedisReply{RedisReply::Kind::status, "run_id:1", 0, {}}}}) {
    EXPECT_EQ(identity_from(answer).kind, Kind::not_told) << answer->text;
    EXPECT_EQ(identity_from(answer).text, "");
  }
}

TEST(ServerIdentity, ComesLaterFromAServerThatIsBusyOrAway) {
  for (const Answer& answer :
       {Answer{}, error("LOADING Redis is loading the dataset in memory"),
        error("BUSY Redis is busy running a script"), error("MASTERDOWN Link with MASTER is down")}) {
    EXPECT_EQ(identity_from(answer).kind, Kind::out_of_reach);
    EXPECT_EQ(identity_from(answer).text, "");
  }
}

SharedIdentity of(const std::vector<ConnectionReply>& replies) { return identity_from(std::span{replies}); }

ConnectionReply open(Answer answer) { return {true, std::move(answer)}; }

TEST(ServerIdentity, IsKnownOnceAllConnectionsFindTheSame) {
  const ConnectionReply one = open(server("1", "2"));
  EXPECT_EQ(of({one}).text, identity_from(one.reply).text);
  EXPECT_EQ(of({one, one, one}).text, identity_from(one.reply).text);
  EXPECT_EQ(of({one, open(std::nullopt)}).kind, Kind::out_of_reach);
  EXPECT_EQ(of({open(std::nullopt), one}).kind, Kind::out_of_reach);
  const SharedIdentity two = of({one, open(server("1", "3"))});
  EXPECT_EQ(two.kind, Kind::out_of_reach) << "one of them will be cut soon";
  EXPECT_EQ(two.text, "");
  EXPECT_EQ(of({one, open(error("NOPERM"))}).kind, Kind::not_told);
}

TEST(ServerIdentity, IsKnownWhereSomeConnectionsAreNotOpen) {
  const ConnectionReply one = open(server("1", "2"));
  EXPECT_EQ(of({one, {}}).text, identity_from(one.reply).text);
  EXPECT_EQ(of({{}, one, {}}).text, identity_from(one.reply).text);
  EXPECT_EQ(of({{}, one, open(std::nullopt)}).kind, Kind::out_of_reach);
  EXPECT_EQ(of({{}, {}}).kind, Kind::out_of_reach);
  EXPECT_EQ(of({}).kind, Kind::out_of_reach);
}

}  // namespace
}  // namespace curt::cache

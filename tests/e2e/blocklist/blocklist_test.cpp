#include <csignal>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "e2e/blocklist/blocklist_files.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

TEST_F(BlocklistFiles, KeepLinksFromBeingMadeAndFollowed) {
  write("blocked", "evil.example\n");
  CurtProcess server = serve();
  EXPECT_EQ(create(server, "bad", "https://www.evil.example/"), 403U);
  ASSERT_EQ(create(server, "hot", "https://turning.example/"), 201U);
  ASSERT_EQ(create(server, "good", "https://good.example/"), 201U);
  ASSERT_EQ(follow(server, "hot"), 302U);

  replace("blocked", "evil.example\nturning.example\n");
  EXPECT_TRUE(eventually([&] { return follow(server, "hot") == 403; })) << "without being told";
  EXPECT_EQ(follow(server, "good"), 302U);
  EXPECT_THAT(body_of(server, "/hot"), HasSubstr("\"code\":\"blocked\""));
  EXPECT_THAT(body_of(server, "/api/v1/links/hot"), HasSubstr("\"blocked\":true"));
  EXPECT_EQ(server.metric("curt_blocklist_entries{list=\"blocked\"}"), 2);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(BlocklistFiles, AreReadAtOnceOnSighup) {
  write("blocked", "evil.example\n");
  CurtProcess server = serve();
  ASSERT_EQ(create(server, "hot", "https://turning.example/"), 201U);
  ASSERT_EQ(follow(server, "hot"), 302U);
  const double reads = server.metric("curt_blocklist_reads_total{outcome=\"ok\"}");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    return server.metric("curt_blocklist_reads_total{outcome=\"ok\"}") == reads + 1;
  })) << "also where nothing has changed";
  replace("blocked", "turning.example\n");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return follow(server, "hot") == 403; }));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(BlocklistFiles, FreeWhatTheAllowlistNames) {
  write("blocked", "example\n");
  write("allowed", "# nothing yet\n");
  CurtProcess server = serve({{"CURT_ALLOWLIST", "allowed"}});
  EXPECT_EQ(create(server, "good", "https://www.good.example/"), 403U);
  replace("allowed", "good.example\n");
  EXPECT_TRUE(eventually([&] { return create(server, "good", "https://www.good.example/") == 201; }));
  EXPECT_EQ(follow(server, "good"), 302U);
  EXPECT_EQ(create(server, "bad", "https://bad.example/"), 403U);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(BlocklistFiles, LetOnlyAllowedHostsThroughWhereThatIsWanted) {
  write("blocked", "# none\n");
  write("allowed", "good.example\n");
  CurtProcess server = serve({{"CURT_ALLOWLIST", "allowed"}, {"CURT_ALLOW_ONLY", "true"}});
  EXPECT_EQ(create(server, "good", "https://www.good.example/"), 201U);
  EXPECT_EQ(create(server, "other", "https://other.example/"), 403U);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(BlocklistFiles, StayInForceWhileWhatReplacesThemCannotBeRead) {
  write("blocked", "evil.example\n");
  CurtProcess server = serve();
  replace("blocked", "<html><body>502 Bad Gateway</body></html>\n");
  EXPECT_TRUE(eventually([&] { return server.metric("curt_blocklist_current") == 0; }));
  EXPECT_EQ(create(server, "bad", "https://evil.example/"), 403U);
  EXPECT_THAT(body_of(server, "/health"),
              AllOf(HasSubstr("\"status\":\"degraded\""), HasSubstr("\"lists\"")));
  fs::remove(folder_.path() / "blocked");
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(
      eventually([&] { return server.metric("curt_blocklist_reads_total{outcome=\"failed\"}") >= 2; }));
  EXPECT_EQ(create(server, "bad", "https://evil.example/"), 403U);
  replace("blocked", "other.example\n");
  EXPECT_TRUE(eventually([&] { return server.metric("curt_blocklist_current") == 1; }));
  EXPECT_EQ(create(server, "bad", "https://evil.example/"), 201U);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(), AllOf(HasSubstr("the lists of hosts cannot be read"),
                                                        HasSubstr("is no list"), HasSubstr("No such file")));
}

TEST_F(BlocklistFiles, StayInForceWhileOneIsEmptyUnlessThatIsMeant) {
  write("blocked", "evil.example\n");
  write("allowed", "good.example\n");
  CurtProcess server = serve({{"CURT_ALLOWLIST", "allowed"}, {"CURT_ALLOW_ONLY", "true"}});
  const auto is_current = [&](double value) {
    return eventually([&] { return server.metric("curt_blocklist_current") == value; });
  };
  write("allowed", "");
  EXPECT_TRUE(is_current(0));
  EXPECT_EQ(create(server, "good", "https://good.example/"), 201U);
  write("allowed", "good.example\nother.example\n");
  EXPECT_TRUE(is_current(1));
  EXPECT_EQ(create(server, "other", "https://other.example/"), 201U);
  write("allowed", "");
  EXPECT_TRUE(is_current(0));
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(is_current(1));
  EXPECT_EQ(create(server, "none", "https://good.example/"), 403U);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(), HasSubstr("allowed names no hosts now"));
}

TEST_F(BlocklistFiles, StayInForceWhileOneOfTheFoldersIsEmptyUnlessThatIsMeant) {
  fs::create_directories(folder_.path() / "first");
  fs::create_directories(folder_.path() / "second");
  write("first/one", "evil.example\n");
  write("second/two", "other.example\n");
  CurtProcess server = serve({}, "first,second");
  const auto is_current = [&](double value) {
    return eventually([&] { return server.metric("curt_blocklist_current") == value; });
  };
  fs::remove(folder_.path() / "first/one");
  EXPECT_TRUE(is_current(0));
  EXPECT_EQ(create(server, "bad", "https://evil.example/"), 403U);
  EXPECT_THAT(body_of(server, "/health"), HasSubstr("\"status\":\"degraded\""));
  server.process().send_signal(SIGHUP);
  EXPECT_TRUE(is_current(1));
  EXPECT_EQ(create(server, "bad", "https://evil.example/"), 201U);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(),
              HasSubstr("first names no hosts now; it had 1 line(s) with hosts (setting blocklist, "
                        "CURT_BLOCKLIST)"));
}

TEST_F(BlocklistFiles, AreTriedAgainWhereTheyCouldNotBeReadAlthoughNothingAboutThemChanges) {
  write("blocked", "evil.example\n");
  CurtProcess server = serve();
  const auto says = [&](const std::string& text) {
    return eventually([&] { return server.process().standard_output().find(text) != std::string::npos; });
  };
  const pid_t pid = server.process().pid();
  rlimit former{};
  ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, nullptr, &former), 0);
  const rlimit none{.rlim_cur = 3, .rlim_max = former.rlim_max};
  ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, &none, nullptr), 0);
  replace("blocked", "evil.example\nturning.example\n");
  EXPECT_TRUE(says("the lists of hosts cannot be read"));
  ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, &former, nullptr), 0);
  EXPECT_TRUE(eventually([&] { return server.metric("curt_blocklist_entries{list=\"blocked\"}") == 2; }));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(BlocklistFiles, ReachEveryInstanceThatHasThem) {
  write("blocked", "evil.example\n");
  CurtProcess first = serve();
  const CurtProcess::Environment same_database{
      {"CURT_DATABASE_URL", "sqlite:" + (folder_.path() / "second.db").string()},
      {"CURT_DATA_DIR", "second"}};
  CurtProcess second = serve(same_database);
  for (CurtProcess* server : {&first, &second}) {
    ASSERT_EQ(create(*server, "hot", "https://turning.example/"), 201U);
    ASSERT_EQ(follow(*server, "hot"), 302U);
  }
  replace("blocked", "turning.example\n");
  for (CurtProcess* server : {&first, &second}) {
    EXPECT_TRUE(eventually([&] { return follow(*server, "hot") == 403; }));
  }
  EXPECT_EQ(first.stop(), 0);
  EXPECT_EQ(second.stop(), 0);
}

TEST_F(BlocklistFiles, AreReadWhileRequestsAreAnswered) {
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "host-" + std::to_string(i) + ".example\n";
  write("blocked", many);
  CurtProcess server = serve();
  ASSERT_EQ(create(server, "good", "https://good.test/"), 201U);
  ASSERT_EQ(create(server, "hot", "https://turning.test/"), 201U);
  const double reads = server.metric("curt_blocklist_reads_total{outcome=\"ok\"}");
  int answers = 0;
  for (int i = 0; i < 5; ++i) {
    replace("blocked", many + (i % 2 == 0 ? "turning.test\n" : ""));
    server.process().send_signal(SIGHUP);
    EXPECT_TRUE(eventually([&] {
      EXPECT_EQ(follow(server, "good"), 302U);
      ++answers;
      return server.metric("curt_blocklist_reads_total{outcome=\"ok\"}") > reads + i;
    }));
  }
  EXPECT_GT(answers, 4);
  EXPECT_TRUE(eventually([&] { return follow(server, "hot") == 403; }));
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace curt::test

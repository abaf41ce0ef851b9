#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "e2e/keys/key_desk.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/server_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Files of hosts in a folder, and services that follow them.
class BlocklistFiles : public testing::Test {
 protected:
  /// Writes the file in place.
  void write(const std::string& name, std::string_view text) const {
    std::ofstream{folder_.path() / name, std::ios::binary} << text;
  }

  /// Moves a complete file into the place of the former one, as a download should.
  void replace(const std::string& name, std::string_view text) const {
    write(name + ".new", text);
    fs::rename(folder_.path() / (name + ".new"), folder_.path() / name);
  }

  [[nodiscard]] CurtProcess serve(CurtProcess::Environment more = {}) const {
    more.emplace_back("CURT_BLOCKLIST", "blocked");
    return CurtProcess{curt_binary(), folder_.path(), more};
  }

  [[nodiscard]] Finished curt(std::vector<std::string> arguments) const {
    ChildOptions options;
    options.folder = folder_.path();
    arguments.insert(arguments.begin(), curt_binary());
    return run(std::move(arguments), options);
  }

  static unsigned create(const CurtProcess& server, const std::string& alias, const std::string& url) {
    return status_of(server.port(), "", "POST", "/api/v1/links",
                     R"({"alias":")" + alias + R"(","url":")" + url + "\"}");
  }

  static unsigned follow(const CurtProcess& server, const std::string& code) {
    return status_of(server.port(), "", "GET", "/" + code);
  }

  static std::string body_of(const CurtProcess& server, const std::string& path) {
    const auto answer = ask_with_key(server.port(), "", "GET", path);
    return answer ? answer->body : "";
  }

  const TempFolder folder_;
};

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

TEST_F(BlocklistFiles, RejectLinesOfAnImport) {
  write("blocked", "evil.example\n");
  write("links", "https://good.example/\nhttps://www.evil.example/\n");
  const Finished done =
      curt({"import", "links", "--database-url", "sqlite:curt.db", "--blocklist", "blocked"});
  EXPECT_EQ(done.status, 1);
  EXPECT_THAT(done.out, HasSubstr("1 imported, 0 already there, 1 rejected"));
  std::ifstream rejected{folder_.path() / "links.rejected"};
  const std::string text{std::istreambuf_iterator<char>{rejected}, {}};
  EXPECT_THAT(text, AllOf(HasSubstr("https://www.evil.example/"), HasSubstr("blocked here")));
}

TEST_F(BlocklistFiles, KeepTheServiceFromStartingWhereTheyAreMissing) {
  const Finished done = curt({"serve", "--listen", "127.0.0.1:0", "--blocklist", "missing"});
  EXPECT_EQ(done.status, 1);
  EXPECT_THAT(done.err, AllOf(HasSubstr("missing cannot be read"), HasSubstr("CURT_BLOCKLIST")));
}

TEST_F(BlocklistFiles, AreAskedByTheCommandLine) {
  write("blocked", "# list\nevil.example\n0.0.0.0 exact.example\n@@||x.example^\nhttp://bad/line\n");
  write("allowed", "||good.evil.example^\n");
  const std::vector<std::string> lists{"--blocklist", "blocked", "--allowlist", "allowed"};
  const auto check = [&](const std::vector<std::string>& urls, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"blocklist", "check"};
    arguments.insert(arguments.end(), urls.begin(), urls.end());
    arguments.insert(arguments.end(), lists.begin(), lists.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return curt(arguments);
  };
  const Finished blocked = check({"https://www.evil.example/path"});
  EXPECT_EQ(blocked.status, 1);
  EXPECT_THAT(blocked.out, HasSubstr("is blocked by evil.example in blocked:2"));
  const Finished exact = check({"www.exact.example", "EXACT.example"});
  EXPECT_EQ(exact.status, 1);
  EXPECT_THAT(exact.out, AllOf(HasSubstr("www.exact.example is not blocked"),
                               HasSubstr("is blocked by exact.example in blocked:3")));
  const Finished allowed = check({"https://a.good.evil.example/"});
  EXPECT_EQ(allowed.status, 0);
  EXPECT_THAT(allowed.out,
              HasSubstr("is allowed by good.evil.example in allowed:1, although blocked by evil.example in "
                        "blocked:2"));
  EXPECT_EQ(check({"https://other.example/"}).status, 0);
  EXPECT_EQ(check({"https://other.example/"}, {"--allow-only"}).status, 1);
  EXPECT_EQ(check({"https://"}).status, 2);
  const Finished counts = check({});
  EXPECT_EQ(counts.status, 0);
  EXPECT_THAT(counts.out, AllOf(HasSubstr("blocklist: 2 host(s) from 1 file(s)"),
                                HasSubstr("1 line(s) cannot"), HasSubstr("allowlist: 1 host(s)")));
  EXPECT_THAT(counts.err, HasSubstr("blocked:5"));
  EXPECT_EQ(curt({"blocklist", "check", "https://evil.example/"}).status, 2) << "no list is named";
  EXPECT_EQ(curt({"blocklist", "check", "x", "--blocklist", "missing"}).status, 2);
  EXPECT_EQ(curt({"blocklist"}).status, 2);
}

TEST_F(BlocklistFiles, AreLookedAtByTheDoctor) {
  write("blocked", "evil.example\nhttp://bad/line\nother.example\n");
  EXPECT_THAT(curt({"doctor", "--blocklist", "blocked"}).out,
              AllOf(HasSubstr("CURT_BLOCKLIST: 2 host(s) in 1 file(s)"), HasSubstr("blocked:2")));
  const Finished missing = curt({"doctor", "--blocklist", "missing"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.out, HasSubstr("missing cannot be read"));
  EXPECT_THAT(curt({"doctor"}).out, Not(HasSubstr("CURT_BLOCKLIST")));
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

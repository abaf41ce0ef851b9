#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/blocklist/blocklist_files.hpp"

namespace curt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

}  // namespace
}  // namespace curt::test

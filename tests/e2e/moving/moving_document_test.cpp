#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/api/routes.hpp"

#include "support/paths.hpp"
#include "support/servers/child_process.hpp"

// docs/moving.md, held against what it tells of.

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;

std::string document(const std::string& name) {
  std::ifstream in{fs::path{source_dir()} / "docs" / name};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What the first group of the pattern is, wherever it is found.
std::set<std::string> found(const std::string& text, const std::string& pattern) {
  const std::regex wanted{pattern};
  std::set<std::string> all;
  for (std::sregex_iterator match{text.begin(), text.end(), wanted}, end; match != end; ++match) {
    all.insert((*match)[1]);
  }
  return all;
}

/// The anchors that GitHub gives the headings.
std::set<std::string> anchors(const std::string& text) {
  std::set<std::string> all;
  for (const std::string& heading : found(text, "\n##* ([^\n]*)")) {
    std::string anchor;
    for (const char c : heading) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || c == '-' || c == '_') anchor += static_cast<char>(std::tolower(byte));
      if (c == ' ') anchor += '-';
    }
    all.insert(anchor);
  }
  return all;
}

TEST(MovingDocument, NamesEveryReservedWord) {
  const std::string text = document("moving.md");
  for (const std::string& word : api::reserved_words()) EXPECT_THAT(text, HasSubstr("`" + word + "`"));
}

TEST(MovingDocument, UsesOnlyFlagsThatTheCommandHas) {
  const Finished help = run({curt_binary(), "import", "--help"});
  ASSERT_EQ(help.status, 0);
  std::string calls;
  for (const std::string& call : found(document("moving.md"), "(curt import [^`\n;]*)")) calls += call + '\n';
  const std::set<std::string> flags = found(calls, " (--[a-z-]+)");
  EXPECT_THAT(flags, Contains("--dry-run"));
  for (const std::string& flag : flags) EXPECT_NE(help.out.find(flag + ' '), std::string::npos) << flag;
}

TEST(MovingDocument, HasNoLinkThatLeadsNowhere) {
  const std::string text = document("moving.md");
  for (const std::string& target : found(text, R"(\]\(([^)]*)\))")) {
    const std::size_t hash = target.find('#');
    const std::string file = target.substr(0, hash);
    const std::string there = file.empty() ? text : document(file);
    ASSERT_FALSE(there.empty()) << target;
    if (hash == std::string::npos) continue;
    EXPECT_THAT(anchors(there), Contains(target.substr(hash + 1))) << target;
  }
}

}  // namespace
}  // namespace curt::test

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/paths.hpp"

// The plan of the house, as docs/architecture.md draws it, held against the code.

namespace {

namespace fs = std::filesystem;

/// What each room may include beside itself.
const std::map<std::string, std::set<std::string>> kBelow{
    {"app", {"api", "http", "store", "cache", "links", "visits", "domain", "base"}},
    {"api", {"http", "links", "visits", "domain", "base"}},
    {"http", {"domain", "base"}},
    {"store", {"links", "visits", "domain", "base"}},
    {"cache", {"links", "visits", "domain", "base"}},
    {"links", {"domain", "base"}},
    {"visits", {"domain", "base"}},
    {"domain", {"base"}},
    {"base", {}},
};

TEST(Rooms, IncludeOnlyRoomsBelowThem) {
  const std::regex include{R"(#include "curt/([a-z]+)/)"};
  int files = 0;
  for (const std::string top : {"include/curt", "src"}) {
    const fs::path root = fs::path{curt::test::source_dir()} / top;
    for (const auto& entry : fs::recursive_directory_iterator{root}) {
      const std::string room = fs::relative(entry.path(), root).begin()->string();
      if (!entry.is_regular_file() || !kBelow.contains(room)) continue;
      ++files;
      std::ifstream file{entry.path()};
      for (std::string line; std::getline(file, line);) {
        std::smatch found;
        if (!std::regex_search(line, found, include)) continue;
        const std::string other = found[1];
        EXPECT_TRUE(other == room || kBelow.at(room).contains(other))
            << entry.path() << " includes " << other;
      }
    }
  }
  EXPECT_GT(files, 50);
}

TEST(Rooms, AreTheOnlyFoldersOfTheCode) {
  for (const std::string top : {"include/curt", "src"}) {
    for (const auto& entry : fs::directory_iterator{fs::path{curt::test::source_dir()} / top}) {
      const bool known = kBelow.contains(entry.path().filename().string());
      EXPECT_TRUE(known || !entry.is_directory()) << entry.path();
    }
  }
}

}  // namespace

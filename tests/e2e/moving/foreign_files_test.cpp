#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/base/timestamp.hpp"

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

// The files of tests/data/moving, which its README describes, through the real `curt import` and `curt
// serve`.

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

fs::path moving_dir() { return fs::path{test_data_dir()} / "moving"; }

std::string text_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What expected.json says of each file.
const json& expectations() {
  static const json all = json::parse(text_of(moving_dir() / "expected.json"));
  return all;
}

std::vector<std::string> file_names() {
  std::vector<std::string> names;
  for (const auto& [name, expected] : expectations().items()) names.push_back(name);
  return names;
}

/// The code as it stands in a path (RFC 3986, section 2.1).
std::string percent_encoded(std::string_view code) {
  std::string path;
  for (const char c : code) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte < 0x80 && std::isalnum(byte) != 0) ||
                       std::string_view{"-._~"}.find(c) != std::string_view::npos;
    path += plain ? std::string{c} : fmt::format("%{:02X}", byte);
  }
  return path;
}

/// A file of another product, imported into a database of its own.
class Move {
 public:
  /// `name` is a file of moving_dir(). It is imported under a name that says nothing of its format.
  explicit Move(const std::string& name) : expected_(expectations().at(name)) {
    fs::copy_file(moving_dir() / name, folder_.path() / file_);
  }

  [[nodiscard]] const json& expected() const noexcept { return expected_; }
  [[nodiscard]] const fs::path& folder() const noexcept { return folder_.path(); }

  /// Has a program such as gzip put a compressed file in the place of the plain one.
  void compress(const std::string& program, const std::string& suffix) {
    const ChildOptions options{{}, folder_.path()};
    const Finished done = test::run({program, "-q", file_}, options);
    if (done.status != 0) throw std::runtime_error{program + ": " + done.err};
    file_ += suffix;
  }

  [[nodiscard]] Finished import(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command{curt_binary(), "import"};
    for (const json& argument : expected_.value("arguments", json::array()))
      command.push_back(argument.get<std::string>());
    command.insert(command.end(), more.begin(), more.end());
    command.push_back(file_);
    return run(std::move(command));
  }

  [[nodiscard]] Finished run(std::vector<std::string> command) const {
    const ChildOptions options{{{"CURT_DATABASE_URL", "sqlite:curt.db"}}, folder_.path()};
    return test::run(std::move(command), options);
  }

  [[nodiscard]] std::size_t links() const { return expected_.at("links").size(); }
  [[nodiscard]] std::size_t rejections() const { return expected_.value("rejected", json::array()).size(); }

  /// "# line 3: code …", one for each row that was rejected.
  [[nodiscard]] std::vector<std::string> reasons() const {
    std::vector<std::string> found;
    std::istringstream lines{text_of(folder_.path() / (file_ + ".rejected"))};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# line ")) found.push_back(line);
    }
    return found;
  }

 private:
  const TempFolder folder_;
  const json expected_;
  std::string file_ = "exported";
};

/// A service that has what was imported, and a client that asks it.
class Served {
 public:
  explicit Served(const Move& move)
      : server_(curt_binary(), move.folder(), {{"CURT_DATABASE_URL", "sqlite:curt.db"}}),
        client_(server_.port()) {}

  RawResponse get(const std::string& path) {
    client_.send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path));
    const auto response = client_.read_response();
    if (!response) throw std::runtime_error{"no answer to " + path};
    return *response;
  }

  json get_json(const std::string& path) {
    const RawResponse response = get(path);
    if (response.status != 200) throw std::runtime_error{fmt::format("{}: {}", path, response.body)};
    return json::parse(response.body);
  }

  int stop() { return server_.stop(); }

 private:
  CurtProcess server_;
  RawClient client_;
};

/// What a link has that expected.json does not describe further.
const json& plain_link() {
  static const json link{{"title", nullptr},      {"tags", json::array()}, {"expires_at", nullptr},
                         {"not_before", nullptr}, {"max_visits", nullptr}, {"enabled", true},
                         {"forward_query", false}};
  return link;
}

void expect_shown(const json& link, const json& expected, Timestamp imported_after) {
  EXPECT_EQ(link.at("url"), expected.at("url"));
  for (const auto& [field, plain] : plain_link().items()) {
    EXPECT_EQ(link.at(field), expected.value(field, plain)) << field;
  }
  for (const char* field : {"created_at", "updated_at"}) {
    EXPECT_EQ(link.at(field), expected.value(field, link.at(field))) << field;
  }
  if (!expected.contains("created_at")) {
    const auto made = parse_rfc3339(link.at("created_at").get<std::string>());
    ASSERT_TRUE(made);
    EXPECT_GE(*made, imported_after);
  }
}

void expect_figures(const json& visits, const json& expected) {
  const auto humans = expected.value("humans", std::int64_t{0});
  const auto bots = expected.value("bots", std::int64_t{0});
  EXPECT_EQ(visits.at("humans"), humans);
  EXPECT_EQ(visits.at("bots"), bots);
  EXPECT_EQ(visits.at("total"), humans + bots);
}

class ForeignFile : public testing::TestWithParam<std::string> {
 protected:
  const Move move_{GetParam()};
};

TEST_P(ForeignFile, SaysWhatCameAlongAndWhyTheRestDidNot) {
  const Finished done = move_.import();
  EXPECT_EQ(done.status, move_.rejections() == 0 ? 0 : 1) << done.err;
  EXPECT_THAT(done.out, StartsWith(fmt::format("{} imported, 0 already there, {} rejected in ", move_.links(),
                                               move_.rejections())));
  std::vector<std::string> reasons = move_.reasons();
  for (const json& rejected : move_.expected().value("rejected", json::array())) {
    const std::string begin = fmt::format("# line {}: ", rejected.at("line").get<int>());
    const auto reason = rejected.at("reason").get<std::string>();
    const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const std::string& line) {
      return line.starts_with(begin) && line.find(reason, begin.size()) != std::string::npos;
    });
    ASSERT_NE(found, reasons.end()) << begin << reason << " is not among\n"
                                    << testing::PrintToString(reasons);
    reasons.erase(found);
  }
  EXPECT_THAT(reasons, testing::IsEmpty());
}

TEST_P(ForeignFile, ImportedAgainChangesNothing) {
  ASSERT_THAT(move_.import().out, StartsWith(fmt::format("{} imported, ", move_.links())));
  const std::string exported = move_.run({curt_binary(), "export", "--format", "ndjson"}).out;
  EXPECT_THAT(move_.import().out, StartsWith(fmt::format("0 imported, {} already there, {} rejected in ",
                                                         move_.links(), move_.rejections())));
  EXPECT_EQ(move_.run({curt_binary(), "export", "--format", "ndjson"}).out, exported);
}

TEST_P(ForeignFile, BringsLinksThatLeadWhereTheyLedAndKeepTheirFigures) {
  const auto before = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  ASSERT_THAT(move_.import().out, StartsWith(fmt::format("{} imported, ", move_.links())));
  Served served{move_};
  std::set<std::string> codes;
  const json page = served.get_json("/api/v1/links?limit=500");
  for (const json& link : page.at("data")) codes.insert(link.at("code"));
  EXPECT_EQ(codes.size(), move_.links());

  for (const json& expected : move_.expected().at("links")) {
    const auto code = expected.at("code").get<std::string>();
    SCOPED_TRACE(code);
    ASSERT_TRUE(codes.contains(code));
    const std::string path = percent_encoded(code);
    const json link = served.get_json("/api/v1/links/" + path);
    expect_shown(link, expected, before);
    expect_figures(link.at("visits"), expected);
    const json figures = served.get_json("/api/v1/links/" + path + "/stats").at("visits");
    expect_figures(figures, expected);
    EXPECT_EQ(figures.at("imported"), figures.at("total"));

    const RawResponse followed = served.get("/" + path);
    EXPECT_EQ(followed.status, expected.value("status", 302U)) << followed.body;
    EXPECT_EQ(followed.header("Location"),
              followed.status == 302 ? expected.at("url").get<std::string>() : "");
  }
  EXPECT_EQ(served.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Moving, ForeignFile, testing::ValuesIn(file_names()), [](const auto& test) {
  std::string name = test.param;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
});

TEST(ForeignFiles, MayBeCompressed) {
  const std::vector<std::vector<std::string>> cases{
      {"yourls.csv", "gzip", ".gz"}, {"bitly-excel.txt", "zstd", ".zst"}, {"shlink.json", "gzip", ".gz"}};
  for (const auto& c : cases) {
    Move move{c[0]};
    move.compress(c[1], c[2]);
    const Finished done = move.import();
    EXPECT_THAT(done.out, StartsWith(fmt::format("{} imported, 0 already there, {} rejected in ",
                                                 move.links(), move.rejections())))
        << c[0] << c[2] << done.err;
  }
}

TEST(ForeignFiles, AreOnlyLookedAtInADryRun) {
  for (const std::string name : {"yourls.csv", "kutt.json"}) {
    const Move move{name};
    const Finished dry = move.import({"--dry-run"});
    EXPECT_THAT(dry.out, HasSubstr(move.expected().at("links").at(0).at("url").get<std::string>()))
        << dry.err;
    EXPECT_THAT(move.import().out, StartsWith(fmt::format("{} imported, 0 already there, ", move.links())));
  }
}

TEST(ForeignFiles, AreAllExpectedAndDescribed) {
  const std::string described = text_of(moving_dir() / "README.md");
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{moving_dir()}) {
    const std::string name = entry.path().filename();
    if (name == "README.md" || name == "expected.json") continue;
    names.push_back(name);
    EXPECT_THAT(described, HasSubstr("\n| `" + name + "` | "));
  }
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(file_names()));
}

}  // namespace
}  // namespace curt::test

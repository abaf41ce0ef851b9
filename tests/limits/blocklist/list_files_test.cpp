#include "curt/limits/blocklist/list_files.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_folder.hpp"

namespace curt::limits {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

class ListFiles : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    const fs::path path = folder_.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
    return path.string();
  }

  [[nodiscard]] std::string path() const { return folder_.path().string(); }

  /// Why the files are refused; the test fails if they are not.
  static std::string refusal(const std::vector<std::string>& paths) {
    const auto list = read_host_list(paths);
    EXPECT_FALSE(list);
    return list ? "" : list.error().detail;
  }

  test::TempFolder folder_;
};

TEST_F(ListFiles, AreReadInAllFormatsAtOnce) {
  const std::string file = write(
      "list", "\xEF\xBB\xBFplain.example\r\n0.0.0.0 hosts.example\n||adblock.example^\n@@||good.example^\n");
  const HostList list = read_host_list({file}).value();
  EXPECT_TRUE(list.hosts.match("a.plain.example"));
  EXPECT_TRUE(list.hosts.match("hosts.example"));
  EXPECT_FALSE(list.hosts.match("a.hosts.example"));
  EXPECT_TRUE(list.hosts.match("a.adblock.example"));
  ASSERT_THAT(list.counts.files, SizeIs(1));
  EXPECT_EQ(list.counts.files.front().path, file);
  EXPECT_EQ(list.counts.files.front().lines, 3U);
  EXPECT_EQ(list.counts.lines, 3U);
  EXPECT_EQ(list.counts.passed_over, 1U);
  EXPECT_EQ(list.counts.unreadable, 0U);
}

TEST_F(ListFiles, OfAFolderAreReadButForThoseThatAreNotComplete) {
  write("lists/a", "a.example");
  write("lists/b.txt", "b.example\n");
  for (const char* name : {"lists/.hidden", "lists/c.tmp", "lists/c.part", "lists/c~", "lists/c.new"}) {
    write(name, "c.example\n");
  }
  fs::create_directories(folder_.path() / "lists/below");
  const HostList list = read_host_list({path() + "/lists"}).value();
  EXPECT_THAT(list.counts.files, SizeIs(2));
  EXPECT_TRUE(list.hosts.match("a.example")) << "the last line needs no end";
  EXPECT_TRUE(list.hosts.match("b.example"));
  EXPECT_FALSE(list.hosts.match("c.example"));
}

TEST_F(ListFiles, AreCountedForEachPathThatWasGiven) {
  const std::string file = write("file", "a.example\n");
  write("lists/one", "b.example\nc.example\n");
  write("lists/two", "d.example\n");
  fs::create_directories(folder_.path() / "empty");
  const ListCounts counts = read_host_list({file, path() + "/lists", path() + "/empty"}).value().counts;
  ASSERT_THAT(counts.paths, SizeIs(3));
  EXPECT_EQ(counts.paths[0].path, file);
  EXPECT_EQ(counts.paths[0].lines, 1U);
  EXPECT_EQ(counts.paths[1].lines, 3U);
  EXPECT_EQ(counts.paths[2].path, path() + "/empty");
  EXPECT_EQ(counts.paths[2].lines, 0U);
}

TEST_F(ListFiles, AreNoneInAnEmptyFolder) {
  EXPECT_THAT(read_host_list({path()}).value().counts.files, SizeIs(0));
  EXPECT_EQ(read_host_list({}).value().hosts.size(), 0U);
}

TEST_F(ListFiles, ReportTheFirstLinesThatCannotBeRead) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "good-" + std::to_string(i) + ".example\n";
  for (int i = 0; i < 7; ++i) text += "http://evil.example/\n";
  text += "a line \x01 with " + std::string(100, 'x');
  const std::string file = write("list", text);
  const ListCounts counts = read_host_list({file}).value().counts;
  EXPECT_EQ(counts.unreadable, 8U);
  ASSERT_THAT(counts.bad, SizeIs(5));
  EXPECT_EQ(counts.bad[0].file, file);
  EXPECT_EQ(counts.bad[0].line, 21U);
  EXPECT_EQ(counts.bad[0].text, "http://evil.example/");
}

TEST_F(ListFiles, AreRefusedWhereOneIsMissing) {
  write("there", "a.example\n");
  EXPECT_THAT(refusal({path() + "/there", path() + "/missing"}),
              testing::AllOf(HasSubstr("/missing cannot be read"), HasSubstr("No such file")));
}

TEST_F(ListFiles, AreRefusedWhereOneIsBinary) {
  const std::string file = write("list", std::string{"a.example\nb\0c\n", 14});
  EXPECT_THAT(refusal({file}), HasSubstr("line 2 has a NUL byte"));
}

TEST_F(ListFiles, AreRefusedWhereOneIsAPageThatSaysWhyThereIsNoList) {
  const std::string file = write("list", "<!DOCTYPE html>\n<html>\n<p>502 Bad Gateway</p>\n</html>\n");
  EXPECT_THAT(refusal({file}),
              testing::AllOf(HasSubstr("most of its lines are no hosts"), HasSubstr("line 1")));
}

TEST_F(ListFiles, AreRefusedWhereOneIsNoFile) {
  const std::string fifo = path() + "/fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(refusal({fifo}), HasSubstr("neither a file nor a folder"));
}

TEST_F(ListFiles, GiveUpWhatIsReadOnceTheyAreAskedToStop) {
  const std::string file = write("list", "a.example\n");
  std::stop_source stop;
  stop.request_stop();
  const auto list = read_host_list({file}, stop.get_token());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::deadline_exceeded);
}

TEST_F(ListFiles, PassOverALineThatIsLongerThanAnyHost) {
  const std::string file = write("list", std::string(3'000'000, 'a') + "\nb.example\nc.example\n");
  const HostList list = read_host_list({file}).value();
  EXPECT_EQ(list.counts.unreadable, 1U);
  EXPECT_TRUE(list.hosts.match("b.example"));
}

TEST_F(ListFiles, ShowWhereAnEntryStands) {
  const std::string first = write("a", "# nothing\nother.example\n");
  const std::string second = write("b", "\n\n0.0.0.0 x.example evil.example\n");
  const auto place = find_in_files({first, second}, "evil.example");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->file, second);
  EXPECT_EQ(place->line, 3U);
  EXPECT_FALSE(find_in_files({first}, "evil.example"));
}

TEST_F(ListFiles, LookAnotherOnceOneWasWrittenReplacedOrRemoved) {
  const std::string file = write("list", "a.example\n");
  const auto before = look_at_files({file});
  EXPECT_EQ(look_at_files({file}), before);
  write("list", "a.example\nb.example\n");
  const auto written = look_at_files({file});
  EXPECT_NE(written, before);
  write("other", "a.example\nb.example\n");
  fs::rename(folder_.path() / "other", file);
  const auto replaced = look_at_files({file});
  EXPECT_NE(replaced, written);
  fs::remove(file);
  EXPECT_NE(look_at_files({file}), replaced);
}

TEST_F(ListFiles, LookAnotherOnceAFolderHasOneMore) {
  write("lists/a", "a.example\n");
  const auto before = look_at_files({path() + "/lists"});
  write("lists/b", "b.example\n");
  EXPECT_NE(look_at_files({path() + "/lists"}), before);
}

}  // namespace
}  // namespace curt::limits

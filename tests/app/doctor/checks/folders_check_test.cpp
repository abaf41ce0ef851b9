#include "app/doctor/checks/folders_check.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Kind = ServeFolder::Kind;

constexpr std::uint32_t kUs = 54'998;
constexpr std::uint32_t kOther = 54'001;

std::string judged(const ServeFolder& folder, const FolderView& view) {
  Findings findings;
  judge_folder(folder, view, findings);
  return test::text_of(findings);
}

std::string judged(const ServeFolder& folder) { return judged(folder, view_folder(folder)); }

/// What `user` sees of a folder of `owner` in which he may not do what he has to.
FolderView view(std::uint32_t owner, std::uint32_t mode, int error, std::uint32_t user = kUs) {
  FolderView view;
  view.facts.kind = FolderFacts::Kind::folder;
  view.facts.owner = owner;
  view.facts.mode = mode;
  view.user = {user, {user}};
  view.nearest = "/data";
  view.error = error;
  return view;
}

TEST(FoldersCheck, JudgesAFolderAsServeDoes) {
  const test::TempFolder top;
  const auto data = [&top](const char* name) { return ServeFolder{top.path() / name, "data_dir"}; };
  fs::create_directory(top.path() / "data");
  fs::permissions(top.path() / "data", fs::perms{0750});
  EXPECT_THAT(judged(data("data")),
              AllOf(HasSubstr("ok: "), HasSubstr("(CURT_DATA_DIR) belongs to"), HasSubstr("0750")));
  fs::permissions(top.path() / "data", fs::perms{0770});
  EXPECT_THAT(judged(data("data")), AllOf(HasSubstr("warning: the group"), HasSubstr("chmod g-w")));
  fs::permissions(top.path() / "data", fs::perms{01777});
  EXPECT_THAT(judged(data("data")), AllOf(HasSubstr("error: anybody may write"), HasSubstr("chmod o-w")));
  EXPECT_THAT(judged(data("new")), HasSubstr("is not there yet and will be made"));
  EXPECT_FALSE(fs::exists(top.path() / "new"));
  std::ofstream{top.path() / "file"} << "x";
  EXPECT_THAT(judged(data("file")), HasSubstr("error: "));
  const ServeFolder linked{top.path() / "new", "database_url", Kind::linked};
  EXPECT_THAT(judged(linked), HasSubstr("error: "));
}

TEST(FoldersCheck, NamesWhatMendsAFolderThatCannotBeUsed) {
  const ServeFolder data{"/data", "data_dir"};
  EXPECT_THAT(judged(data, view(kUs, 0500, EACCES)),
              AllOf(HasSubstr("error: /data (CURT_DATA_DIR) cannot be written"),
                    HasSubstr("-> chmod u+rwx /data"), Not(HasSubstr("chown"))));
  EXPECT_THAT(judged(data, view(0, 0755, EACCES)), HasSubstr("-> chown 54998 /data"));
  const test::TempFolder top;
  fs::create_directory(top.path() / "visits");
  EXPECT_THAT(judged({top.path(), "data_dir"}, view(0, 0755, EACCES)),
              HasSubstr("-> chown -R 54998 " + top.path().string()))
      << "with visits and database";
  EXPECT_THAT(judged({top.path(), "database_url"}, view(0, 0755, EACCES)),
              HasSubstr("-> chown 54998 " + top.path().string()));
  EXPECT_THAT(judged(data, view(kUs, 0700, EROFS)),
              AllOf(HasSubstr("error: /data (CURT_DATA_DIR) is mounted read-only"), Not(HasSubstr("chown"))));
  EXPECT_THAT(judged(data, view(kOther, 0755, 0, 0)),
              AllOf(HasSubstr("sudo -u '#54001' curt"), Not(HasSubstr("chown"))));
  const ServeFolder visits{"/data/visits", "data_dir", Kind::visits};
  EXPECT_THAT(
      judged(visits, view(0, 0700, EACCES)),
      AllOf(HasSubstr("error: /data/visits (CURT_DATA_DIR) cannot be read and written"),
            HasSubstr("belongs to root (0), mode 0700"), HasSubstr("-> chown -R 54998 /data/visits")));
  FolderView missing;
  missing.user = {kUs, {kUs}};
  missing.nearest = "/";
  missing.error = EROFS;
  EXPECT_THAT(judged(data, missing),
              AllOf(HasSubstr("missing, and / is mounted read-only"), Not(HasSubstr("install"))));
  missing.error = EACCES;
  EXPECT_THAT(judged(data, missing), HasSubstr("-> install -d -o 54998 -m 700 /data"));
}

TEST(FoldersCheck, LooksAtVisitsAndAtTheFoldersAbove) {
  const test::TempFolder top;
  Settings settings = default_settings();
  settings.data_dir = (top.path() / "above/data").string();
  settings.database_url = "postgresql://db/curt";
  const auto found = [&settings] {
    Findings findings;
    check_folders(settings, findings);
    return test::text_of(findings);
  };
  EXPECT_THAT(found(), AllOf(HasSubstr("data (CURT_DATA_DIR) is not there yet"), Not(HasSubstr("visits"))));
  fs::create_directories(top.path() / "above/data/visits");
  fs::permissions(top.path() / "above/data/visits", fs::perms{0777});
  fs::permissions(top.path() / "above", fs::perms{0777});
  EXPECT_THAT(found(),
              AllOf(HasSubstr("error: anybody may write to " + settings.data_dir + "/visits"),
                    HasSubstr("warning: anybody may write to " + (top.path() / "above").string() + " ")));
  fs::permissions(top.path() / "above/data/visits", fs::perms{0700});
  EXPECT_THAT(found(), HasSubstr("visits (CURT_DATA_DIR) belongs to"));
}

}  // namespace
}  // namespace curt::app

#include "app/folders/folder_trust.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using Kind = FolderFacts::Kind;
using enum FolderTrust;

constexpr std::uint32_t kUs = 54'998;
constexpr std::uint32_t kOurGroup = 997;
constexpr std::uint32_t kOther = 54'001;

FolderFacts folder(std::uint32_t owner, std::uint32_t group, std::uint32_t mode) {
  FolderFacts facts;
  facts.kind = Kind::folder;
  facts.owner = owner;
  facts.group = group;
  facts.mode = mode;
  return facts;
}

const FileUser& us() {
  static const FileUser user{kUs, {kOurGroup, 44}};
  return user;
}

TEST(FolderTrust, DependsOnOwnerGroupAndMode) {
  struct Case {
    std::uint32_t owner;
    std::uint32_t group;
    std::uint32_t mode;
    FolderTrust trust;
    const char* what;
  };
  for (const Case& one : {
           Case{kUs, kOurGroup, 0700, safe, "made by curt"},
           Case{kUs, kOurGroup, 0755, safe, "made before files were private"},
           Case{kUs, 0, 0500, safe, "whether we may write shows when we do"},
           Case{0, 0, 0755, safe, "a named volume"},
           Case{0, kOurGroup, 0750, safe, "an administrator's"},
           Case{kUs, kOurGroup, 0775, group_writes, "umask 002"},
           Case{0, kOurGroup, 02775, group_writes, "a volume with fsGroup"},
           Case{0, kOther, 0770, group_writes, "another group's members may write"},
           Case{kOther, kOurGroup, 0755, colleague_owns, "somebody of our group"},
           Case{kOther, 44, 02775, colleague_owns, "of a supplementary one"},
           Case{kOther, kOther, 0755, foreign, "another user's"},
           Case{kOther, 0, 0700, foreign, "another user's, whatever the mode"},
           Case{kUs, kOurGroup, 0777, anybody_writes, "ours, but open"},
           Case{0, 0, 01777, anybody_writes, "/tmp, /dev/shm"},
           Case{0, 0, 0777, anybody_writes, "an emptyDir"},
           Case{kOther, kOther, 0777, anybody_writes, "the worst of both"},
           Case{kUs, kOurGroup, 0702, anybody_writes, "writing is enough"},
       }) {
    EXPECT_EQ(judge(folder(one.owner, one.group, one.mode), us()), one.trust) << one.what;
  }
}

TEST(FolderTrust, OfRootIsNotWiderThanOfOthers) {
  const FileUser root{0, {0}};
  EXPECT_EQ(judge(folder(0, 0, 0755), root), safe);
  EXPECT_EQ(judge(folder(kOther, kOther, 0755), root), foreign);
  EXPECT_EQ(judge(folder(kOther, 0, 0775), root), colleague_owns);
  EXPECT_EQ(judge(folder(0, 0, 0777), root), anybody_writes);
}

TEST(FolderTrust, OfASymbolicLinkDependsOnItsOwnerToo) {
  FolderFacts facts = folder(kUs, kOurGroup, 0700);
  facts.is_link = true;
  for (const std::uint32_t owner : {kUs, 0U}) {
    facts.link_owner = owner;
    EXPECT_EQ(judge(facts, us()), safe);
  }
  facts.link_owner = kOther;
  EXPECT_EQ(judge(facts, us()), foreign_link);
  EXPECT_THAT(problem_of_folder("/dev/shm/curt", facts, us()),
              AllOf(HasSubstr("symbolic link of 54001"), HasSubstr("chown -h 54998 /dev/shm/curt")));
}

TEST(FolderTrust, NamesOwnerModeAndTheCommandThatMendsIt) {
  EXPECT_THAT(problem_of_folder("/data", folder(0, 0, 0777), us()),
              AllOf(HasSubstr("anybody may write to /data"), HasSubstr("root (0), mode 0777"),
                    HasSubstr("chmod o-w /data")));
  EXPECT_THAT(problem_of_folder("/data", folder(54321, 0, 0750), us()),
              AllOf(HasSubstr("belongs to 54321, mode 0750"), HasSubstr("runs as 54998: chown 54998 /data")));
  EXPECT_THAT(problem_of_folder("/data", folder(kUs, 0, 0775), us()),
              AllOf(HasSubstr("the group root (0) may write to /data"), HasSubstr("chmod g-w /data")));
  EXPECT_EQ(problem_of_folder("/data", folder(kUs, 0, 0755), us()), "");
  EXPECT_EQ(problem_of_folder("/data", {}, us()), "");
}

TEST(FolderTrust, InAColleagueNamesHimOnce) {
  const std::string problem = problem_of_folder("/data", folder(kOther, kOurGroup, 0775), us());
  EXPECT_THAT(problem, AllOf(HasSubstr("another user's (it belongs to 54001, mode 0775)"),
                             HasSubstr("unless that is meant: chown 54998 /data")));
  EXPECT_TRUE(will_do(colleague_owns));
  EXPECT_TRUE(deserves_warning(colleague_owns));
  EXPECT_FALSE(deserves_warning(safe));
}

TEST(FolderTrust, OfRootIsMendedByTheRightUser) {
  const FileUser root{0, {0}};
  EXPECT_THAT(problem_of_folder("/data", folder(kOther, kOther, 0755), root),
              AllOf(HasSubstr("runs as root (0): run curt as that user, sudo -u '#54001' curt …"),
                    testing::Not(HasSubstr("chown"))))
      << "a chown would lock the service out";
  EXPECT_EQ(login_of(0), "root");
  EXPECT_EQ(login_of(kOther), "54001");
}

TEST(FolderTrust, IsJudgedByWhatIsThere) {
  const test::TempFolder top;
  EXPECT_EQ(look_at_folder(top.path()).kind, Kind::folder);
  EXPECT_EQ(look_at_folder(top.path()).mode, 0700U);
  EXPECT_EQ(look_at_folder(top.path()).owner, ::geteuid());
  EXPECT_EQ(look_at_folder(top.path() / "missing").kind, Kind::missing);
  std::ofstream{top.path() / "file"} << "x";
  EXPECT_EQ(judge(look_at_folder(top.path() / "file"), this_file_user()), no_folder);
  EXPECT_EQ(judge(look_at_folder(top.path() / "file" / "below"), this_file_user()), unknown);
  fs::create_directory_symlink(top.path() / "missing", top.path() / "link");
  EXPECT_EQ(judge(look_at_folder(top.path() / "link"), this_file_user()), unknown) << "it cannot be made";
  fs::permissions(top.path(), fs::perms{0777});
  EXPECT_EQ(judge(look_at_folder(top.path()), this_file_user()), anybody_writes);
  EXPECT_THAT(this_file_user().groups, testing::Contains(::getegid()));
}

TEST(FolderTrust, OfOneUserLeavesNothingToOthers) {
  EXPECT_TRUE(is_for_one_user(folder(kUs, kOurGroup, 0700), us()));
  EXPECT_FALSE(is_for_one_user(folder(kUs, kOurGroup, 0710), us()));
  EXPECT_FALSE(is_for_one_user(folder(0, 0, 0700), us()));
}

}  // namespace
}  // namespace curt::app

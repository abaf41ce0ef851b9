#include "app/folders/ring_place.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Where = RingPlace::Where;

RingPlaceFacts good_facts() {
  RingPlaceFacts facts;
  facts.is_tmpfs = true;
  facts.needed = 32U << 20U;
  facts.room = 2 * facts.needed;
  facts.is_data_local = true;
  return facts;
}

TEST(RingPlace, IsMemoryWhereThatIsAsSafe) {
  const RingPlace place = choose_ring_place(good_facts());
  EXPECT_EQ(place.where, Where::memory);
  EXPECT_EQ(place.why, "");
}

TEST(RingPlace, IsTheDataFolderWhereMemoryIsNotAsSafeAndSaysWhy) {
  const auto why_not = [](auto change) {
    RingPlaceFacts facts = good_facts();
    change(facts);
    const RingPlace place = choose_ring_place(facts);
    EXPECT_EQ(place.where, Where::data_folder);
    return place.why;
  };
  EXPECT_THAT(why_not([](auto& facts) { facts.container = "/.dockerenv"; }),
              HasSubstr("container: /.dockerenv"));
  EXPECT_THAT(why_not([](auto& facts) { facts.is_tmpfs = false; }), HasSubstr("no tmpfs"));
  EXPECT_THAT(why_not([](auto& facts) { --facts.room; }), HasSubstr("67108863 bytes left"));
  EXPECT_THAT(why_not([](auto& facts) { facts.is_data_local = false; }), HasSubstr("other machines"));
  EXPECT_THAT(why_not([](auto& facts) { facts.goes_with_session = true; }), HasSubstr("logs out"));
  EXPECT_THAT(why_not([](auto& facts) { facts.is_unit = true; }), HasSubstr("RemoveIPC="));
  EXPECT_THAT(why_not([](auto& facts) { facts.folder_problem = "/x is no folder"; }),
              HasSubstr("/x is no folder"));
}

TEST(RingPlace, GoesWithTheSessionOfAllButTheSystemsUsers) {
  EXPECT_FALSE(goes_with_session(0));
  EXPECT_FALSE(goes_with_session(999));
  EXPECT_TRUE(goes_with_session(1000));
  EXPECT_TRUE(goes_with_session(61184)) << "made for a service: systemd removes what it has with it";
  EXPECT_TRUE(goes_with_session(65519));
}

TEST(RingPlace, IsOnlyInAFolderThatIsClosedToOthers) {
  const test::TempFolder top;
  const fs::path folder = top.path() / "rings";
  EXPECT_EQ(problem_of_private_folder(folder), "") << "it can be made";
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms::owner_all);
  EXPECT_EQ(problem_of_private_folder(folder), "");
  fs::permissions(folder, fs::perms::group_exec, fs::perm_options::add);
  EXPECT_THAT(problem_of_private_folder(folder), HasSubstr("open to other users"));
  fs::permissions(folder, fs::perms::owner_all);
  fs::create_directory_symlink(folder, top.path() / "link");
  EXPECT_THAT(problem_of_private_folder(top.path() / "link"), HasSubstr("is a symbolic link"));
  std::ofstream{top.path() / "file"} << "x";
  EXPECT_THAT(problem_of_private_folder(top.path() / "file"), HasSubstr("is no folder"));
  EXPECT_THAT(problem_of_private_folder(top.path() / "file" / "rings"), HasSubstr("cannot be looked at"));
}

TEST(RingPlace, IsOneFolderForEachUser) {
  EXPECT_THAT(ring_folder_in_memory().string(), HasSubstr("/dev/shm/curt-"));
}

TEST(RingPlace, IsMadeWhereItIsChosen) {
  const test::TempFolder top;
  const fs::path folder = top.path() / "rings";
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(open_ring_place(folder, good_facts()), folder);
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  }
  EXPECT_EQ(open_ring_place(top.path() / "no" / "rings", good_facts()), fs::path{}) << "it cannot be made";
}

TEST(RingPlace, IsNotMadeWhereThereIsNoRoom) {
  const test::TempFolder top;
  const fs::path folder = top.path() / "rings";
  constexpr std::uint64_t kMoreThanThereIs = std::uint64_t{1} << 62U;
  EXPECT_EQ(open_ring_place(folder, gather_ring_place_facts(folder, top.path(), kMoreThanThereIs)),
            fs::path{});
  EXPECT_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace curt::app

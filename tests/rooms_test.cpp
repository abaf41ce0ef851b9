#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/house/house.hpp"
#include "support/paths.hpp"
#include "support/temp_folder.hpp"

// The plan of the house, as docs/architecture.md and the rooms' READMEs draw it, held against the code.

namespace {

using curt::test::House;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Rooms : public ::testing::Test {
 protected:
  const House house_{curt::test::source_dir()};
};

TEST_F(Rooms, IncludeOnlyRoomsBelowThem) {
  EXPECT_THAT(house_.upward_between_rooms(), IsEmpty());
  EXPECT_GT(house_.size(), 200U);
}

TEST_F(Rooms, IncludeWithinOnlyWhatTheirReadmeDrawsBelow) {
  EXPECT_THAT(house_.upward_within_rooms(), IsEmpty());
}

TEST_F(Rooms, NameEveryHeaderFromItsRootOn) { EXPECT_THAT(house_.bare_includes(), IsEmpty()); }

TEST_F(Rooms, EnterEachOtherThroughTheDoor) { EXPECT_THAT(house_.includes_past_the_door(), IsEmpty()); }

TEST_F(Rooms, HaveNoDoorThatNobodyOutsideNeeds) { EXPECT_THAT(house_.idle_doors(), IsEmpty()); }

TEST_F(Rooms, AreNotCrowded) { EXPECT_THAT(house_.crowded_folders(), IsEmpty()); }

TEST_F(Rooms, HaveTheirTestsWhereTheirSourcesAre) { EXPECT_THAT(house_.tests_without_a_source(), IsEmpty()); }

/// A house of three files that is in order, for the tests to spoil.
class SmallHouse : public ::testing::Test {
 protected:
  SmallHouse() {
    write("src/visits/README.md", "# Visits\n\n```\npipeline  composes\ndrain/ spool/\nring/\n```\n");
    write("include/curt/visits/pipeline.hpp", "");
    write("src/visits/pipeline.cpp",
          "#include \"curt/visits/pipeline.hpp\"\n#include \"visits/drain/drain.hpp\"\n");
    write("src/visits/drain/drain.hpp", "#include \"visits/ring/ring.hpp\"\n");
    write("src/visits/spool/spool.hpp", "");
    write("src/visits/ring/ring.hpp", "#include <vector>\n");
    write("src/app/serve.cpp", "#include \"curt/visits/pipeline.hpp\"\n");
    write("tests/visits/ring/ring_test.cpp", "#include \"visits/ring/ring.hpp\"\n");
  }

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = folder_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << text;
  }

  [[nodiscard]] House house() const { return House{folder_.path()}; }

 private:
  curt::test::TempFolder folder_;
};

TEST_F(SmallHouse, IsInOrder) {
  EXPECT_THAT(house().upward_between_rooms(), IsEmpty());
  EXPECT_THAT(house().upward_within_rooms(), IsEmpty());
  EXPECT_THAT(house().bare_includes(), IsEmpty());
  EXPECT_THAT(house().includes_past_the_door(), IsEmpty());
  EXPECT_THAT(house().idle_doors(), IsEmpty());
  EXPECT_THAT(house().crowded_folders(), IsEmpty());
  EXPECT_THAT(house().tests_without_a_source(), IsEmpty());
}

TEST_F(SmallHouse, DoesNotLikeARoomThatItDoesNotKnow) {
  write("src/attic/box.cpp", "");
  EXPECT_THAT(house().upward_between_rooms(), Contains(HasSubstr("src/attic/box.cpp is in no room")));
}

TEST_F(SmallHouse, DoesNotLikeABareInclude) {
  write("src/visits/drain/drain.cpp", "#include \"drain.hpp\"\n");
  EXPECT_THAT(house().bare_includes(), Contains(HasSubstr("drain.cpp includes drain.hpp")));
}

TEST_F(SmallHouse, DoesNotLikeARoadPastTheDoor) {
  write("src/app/serve.cpp", "#include \"curt/visits/pipeline.hpp\"\n#include \"visits/ring/ring.hpp\"\n");
  EXPECT_THAT(house().includes_past_the_door(), Contains(HasSubstr("private to visits")));
  write("include/curt/visits/pipeline.hpp", "#include \"visits/ring/ring.hpp\"\n");
  EXPECT_THAT(house().includes_past_the_door(),
              Contains(HasSubstr("the door include/curt/visits/pipeline.hpp")));
}

TEST_F(SmallHouse, DoesNotLikeADoorThatNobodyOutsideNeeds) {
  write("include/curt/visits/ring/record.hpp", "");
  EXPECT_THAT(house().idle_doors(), Contains(HasSubstr("ring/record.hpp")));
  write("include/curt/visits/pipeline.hpp", "#include \"curt/visits/ring/record.hpp\"\n");
  EXPECT_THAT(house().idle_doors(), IsEmpty());
}

TEST_F(SmallHouse, DoesNotLikeAnArrowUpward) {
  write("src/visits/ring/ring.cpp", "#include \"visits/drain/drain.hpp\"\n");
  EXPECT_THAT(house().upward_within_rooms(), Contains(HasSubstr("ring.cpp includes visits/drain/drain.hpp")));
  write("src/visits/ring/ring.cpp", "#include \"curt/app/commands.hpp\"\n");
  EXPECT_THAT(house().upward_between_rooms(), Contains(HasSubstr("app is not below visits")));
}

TEST_F(SmallHouse, DoesNotLikeAnArrowBetweenFoldersOnOneLine) {
  write("src/visits/spool/spool.hpp", "#include \"visits/drain/drain.hpp\"\n");
  EXPECT_THAT(house().upward_within_rooms(),
              Contains(HasSubstr("spool.hpp includes visits/drain/drain.hpp")));
}

TEST_F(SmallHouse, DoesNotLikeWhatItsDrawingDoesNotShow) {
  write("src/visits/epoch/epoch.hpp", "");
  EXPECT_THAT(house().upward_within_rooms(), Contains("src/visits/README.md does not draw epoch/"));
  write("src/visits/README.md", "```\npipeline\ndrain/ spool/ epoch/ bots/\nring/\n```\n");
  EXPECT_THAT(house().upward_within_rooms(),
              Contains("src/visits/README.md draws bots/, which is not there"));
}

TEST_F(SmallHouse, DoesNotLikeCrowdsNorLongReadmes) {
  for (int i = 0; i < 26; ++i) write("src/visits/ring/f" + std::to_string(i) + ".sql", "");
  write("src/visits/ring/README.md", std::string(21, '\n'));
  EXPECT_THAT(house().crowded_folders(), Contains("src/visits/ring has 28 files"));
  EXPECT_THAT(house().crowded_folders(), Contains("src/visits/ring/README.md has 21 lines"));
}

TEST_F(SmallHouse, DoesNotLikeATestWithoutASource) {
  write("tests/visits/ring/rings_test.cpp", "");
  EXPECT_THAT(house().tests_without_a_source(), Contains(HasSubstr("rings_test.cpp")));
  write("tests/visits/rings/ring_test.cpp", "");
  EXPECT_THAT(house().tests_without_a_source(), Contains(HasSubstr("rings/ring_test.cpp")));
}

}  // namespace

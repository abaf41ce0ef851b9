#include "curt/visits/epoch/epoch_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "support/chosen_random.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/visit_batches.hpp"
#include "visits/epoch/abandoned_folders.hpp"

// A folder is adopted once its process has ended, whole or not at all, and nothing strange is ever removed.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using test::CountingRandom;
using test::TempFolder;

class EpochFolders : public testing::Test {
 protected:
  EpochMeta meta() const {
    return {.opened_at = test::kVisitTime, .host = "a\"b", .rings = 2, .ring_folder = {}, .boot_id = "then"};
  }

  EpochFolder make(const FaultPoint& point = {}) {
    auto folder = EpochFolder::prepare(place_, random_, meta(), point);
    if (!folder) throw std::runtime_error{folder.error().log};
    for (int i = 0; i < 2; ++i) touch(folder->ring(i));
    if (const auto published = folder->publish(); !published) throw std::runtime_error{published.error().log};
    fs::create_directory(folder->spool());
    touch(folder->spool() / "state");
    touch(folder->spool() / "0000000000.counts");
    return std::move(*folder);
  }

  static void touch(const fs::path& file) { std::ofstream{file} << "x"; }

  /// Everything in the place, relative to it.
  std::vector<std::string> contents() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator{top_.path()}) {
      names.push_back(fs::relative(entry.path(), top_.path()).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  TempFolder top_;
  EpochPlace place_{top_.path() / "visits", {}};
  CountingRandom random_;
};

TEST_F(EpochFolders, AreNotAdoptedWhileTheirProcessLives) {
  const EpochFolder folder = make();
  AbandonedFolders abandoned{place_};
  EXPECT_TRUE(abandoned.adopt().empty());
  EXPECT_TRUE(fs::exists(folder.path() / "meta"));
}

TEST_F(EpochFolders, AreAdoptedOnceWithWhatTheySayOfThemselves) {
  EpochId id;
  {
    id = make().id();
  }
  AbandonedFolders abandoned{place_};
  const auto adopted = abandoned.adopt();
  ASSERT_EQ(adopted.size(), 1U);
  EXPECT_EQ(adopted[0].id(), id);
  EXPECT_EQ(adopted[0].meta().opened_at, test::kVisitTime);
  EXPECT_EQ(adopted[0].meta().host, "a\"b");
  EXPECT_EQ(adopted[0].meta().rings, 2U);
  EXPECT_EQ(adopted[0].meta().boot_id, "then");
  EXPECT_TRUE(fs::exists(adopted[0].ring(1)));
  EXPECT_TRUE(abandoned.adopt().empty());
}

TEST_F(EpochFolders, AreRemovedWithTheirRingsElsewhere) {
  place_.ring_parent = top_.path() / "rings";
  EpochFolder folder = make();
  EXPECT_EQ(folder.ring(0).parent_path(), top_.path() / "rings" / folder.id().str());
  const auto removed = folder.remove();
  ASSERT_TRUE(removed) << removed.error().log;
  EXPECT_EQ(contents(), (std::vector<std::string>{"rings", "visits"}));
}

TEST_F(EpochFolders, AreWholeOrSweptAwayWhereverTheirMakingIsCut) {
  place_.ring_parent = top_.path() / "rings";
  int cuts = 0;
  for (bool whole = false; !whole; ++cuts) {
    int left = cuts;
    try {
      make([&](std::string_view) {
        if (left == 0) throw Cut{};
        --left;
      });
      whole = true;
    } catch (const Cut&) {
      EXPECT_EQ(left, 0);
    }
    AbandonedFolders abandoned{place_};
    auto adopted = abandoned.adopt();
    if (adopted.empty()) {
      EXPECT_FALSE(whole);
      EXPECT_TRUE(fs::is_empty(place_.parent)) << "cut " << cuts;
      EXPECT_TRUE(!fs::exists(place_.ring_parent) || fs::is_empty(place_.ring_parent)) << "cut " << cuts;
    } else {
      EXPECT_TRUE(fs::exists(adopted[0].ring(1)));
      EXPECT_TRUE(adopted[0].remove());
    }
  }
  EXPECT_GE(cuts, 4);
}

TEST_F(EpochFolders, AreFinishedByTheNextProcessWhereverTheirRemovalIsCut) {
  place_.ring_parent = top_.path() / "rings";
  int cuts = 0;
  for (bool whole = false; !whole; ++cuts) {
    int left = -1;
    {
      EpochFolder folder = make([&](std::string_view) {
        if (left == 0) throw Cut{};
        --left;
      });
      left = cuts;
      try {
        whole = folder.remove().has_value();
      } catch (const Cut&) {
        EXPECT_EQ(left, 0);
      }
    }
    AbandonedFolders abandoned{place_};
    EXPECT_TRUE(abandoned.adopt().empty()) << "its end is in the database already; cut " << cuts;
    EXPECT_EQ(contents(), (std::vector<std::string>{"rings", "visits"})) << "cut " << cuts;
  }
  EXPECT_GE(cuts, 5);
}

TEST_F(EpochFolders, AreOnTheDiskWhenTheyArePublished) {
  std::vector<std::string> steps;
  make([&](std::string_view step) { steps.emplace_back(step); });
  const auto where = [&](const char* step) { return std::find(steps.begin(), steps.end(), step); };
  EXPECT_LT(where("folder: fdatasync of the meta"), where("folder: described"));
  EXPECT_EQ(std::count(steps.begin(), steps.end(), "folder: fsync"), 2) << "of the folder and its parent";
  EXPECT_LT(where("folder: fsync"), where("folder: published"));
  for (const std::string failing : {"folder: fdatasync of the meta", "folder: fsync"}) {
    EXPECT_THROW(make([&](std::string_view step) {
                   if (step == failing) throw std::system_error{EIO, std::generic_category()};
                 }),
                 std::runtime_error)
        << failing;
  }
}

TEST_F(EpochFolders, OfOthersAreLeftAlone) {
  const std::string name = test::epoch_of(9).str();
  fs::create_directories(place_.parent / "lost+found");
  fs::create_directories(place_.parent / name);
  touch(place_.parent / name / "holiday.jpg");
  touch(place_.parent / "notes");
  const auto before = contents();
  AbandonedFolders abandoned{place_};
  EXPECT_TRUE(abandoned.adopt().empty());
  EXPECT_EQ(contents(), before);
}

TEST_F(EpochFolders, WithADamagedMetaAreLeftAlone) {
  fs::path path;
  {
    path = make().path();
  }
  std::ofstream{path / "meta"} << "{";
  const auto before = contents();
  AbandonedFolders abandoned{place_};
  EXPECT_TRUE(abandoned.adopt().empty());
  EXPECT_EQ(contents(), before);
}

TEST_F(EpochFolders, WithMoreRingsThanThereCanBeAreLeftAlone) {
  fs::path path;
  {
    path = make().path();
  }
  std::string meta;
  {
    std::ifstream file{path / "meta"};
    meta.assign(std::istreambuf_iterator<char>{file}, {});
  }
  const std::string rings = "\"rings\": ";
  ASSERT_NE(meta.find(rings + "2"), std::string::npos) << meta;
  for (const char* count : {"257", "1000000000000", "-1"}) {
    std::string damaged = meta;
    damaged.replace(damaged.find(rings), rings.size() + 1, rings + count);
    std::ofstream{path / "meta"} << damaged;
    AbandonedFolders abandoned{place_};
    EXPECT_TRUE(abandoned.adopt().empty()) << count;
  }
  std::ofstream{path / "meta"} << meta;
  AbandonedFolders abandoned{place_};
  EXPECT_EQ(abandoned.adopt().size(), 1U);
}

TEST_F(EpochFolders, KeepWhatIsStrangeInThem) {
  EpochFolder folder = make();
  touch(folder.path() / "holiday.jpg");
  EXPECT_FALSE(folder.remove());
  EXPECT_TRUE(fs::exists(folder.path() / "holiday.jpg"));
}

TEST_F(EpochFolders, KeepWhatTheDiskCouldNotReadAndSayWhatToDo) {
  EpochId id;
  {
    EpochFolder folder = make();
    id = folder.id();
    touch(folder.spool() / "0000000000.counts.unreadable");
    const auto removed = folder.remove();
    ASSERT_FALSE(removed);
    EXPECT_NE(removed.error().log.find("remove the folder by hand"), std::string::npos)
        << removed.error().log;
  }
  std::optional<EpochFolder> folder;
  std::string why;
  EXPECT_EQ(EpochFolder::adopt(place_.parent / id.str(), id, folder, why), EpochFolder::Found::strange);
  EXPECT_NE(why.find("0000000000.counts.unreadable"), std::string::npos) << why;
  EXPECT_TRUE(fs::exists(place_.parent / id.str() / "spool" / "0000000000.counts.unreadable"));
}

TEST_F(EpochFolders, ThatCannotBeMadeAreAClearError) {
  touch(top_.path() / "visits");
  const auto folder = EpochFolder::prepare(place_, random_, meta());
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().log.find("visits"), std::string::npos) << folder.error().log;
}

}  // namespace
}  // namespace curt::visits

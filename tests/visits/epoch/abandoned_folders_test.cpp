#include "visits/epoch/abandoned_folders.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/logging.hpp"

#include "support/temp_folder.hpp"

namespace curt::visits {
namespace {

using testing::HasSubstr;

TEST(AbandonedFolders, SayOnceOfEachFolderThatItCannotBeOpenedAndOnceThatItIsStrange) {
  std::ostringstream log;
  log::configure(log::Format::json, log::Level::info, log);
  {
    const test::TempFolder top;
    AbandonedFolders abandoned{EpochPlace{top.path(), {}}};
    for (int again = 0; again < 2; ++again) {
      abandoned.note_unopened(top.path() / "a", "Too many open files");
      abandoned.complain(top.path() / "a", "its meta is damaged");
      abandoned.complain(top.path() / "b", "its meta is damaged");
    }
  }
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  const std::string text = log.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_THAT(text, HasSubstr("trying again later"));
  EXPECT_THAT(text, HasSubstr("leaving it untouched"));
}

TEST(AbandonedFolders, SayOfAFolderWhoseLockCannotBeOpenedThatItWaits) {
  std::ostringstream log;
  log::configure(log::Format::json, log::Level::info, log);
  {
    const test::TempFolder top;
    std::filesystem::create_directories(top.path() / std::string(32, 'a') / "lock");  // a folder, not a file
    AbandonedFolders abandoned{EpochPlace{top.path(), {}}};
    for (int again = 0; again < 2; ++again) EXPECT_TRUE(abandoned.adopt().empty());
  }
  log::configure(log::Format::text, log::Level::info, log::Stream::err);
  const std::string text = log.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_THAT(text, HasSubstr("cannot open a visits folder"));
  EXPECT_THAT(text, HasSubstr("lock"));
}

}  // namespace
}  // namespace curt::visits

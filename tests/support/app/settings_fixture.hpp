#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "curt/app/settings/settings.hpp"

namespace curt::app {

/// Reads settings from sources of its own; no file and no environment at first.
class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path{testing::TempDir()} / ("curt_settings_" + std::string{test->name()});
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    sources_.default_config = folder_ / "none.toml";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write_file(const std::string& text, const std::string& name = "curt.toml") {
    std::ofstream{folder_ / name} << text;
    return folder_ / name;
  }

  Settings load(Command command = Command::serve) {
    auto settings = load_settings(command, sources_);
    EXPECT_TRUE(settings) << (settings ? "" : settings.error().message);
    return settings ? *settings : Settings{};
  }
  std::string error(Command command = Command::serve) {
    const auto settings = load_settings(command, sources_);
    return settings ? "no error" : settings.error().message;
  }

  SettingsSources sources_;
  std::filesystem::path folder_;
};

}  // namespace curt::app

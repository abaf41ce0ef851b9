#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/base/units.hpp"

#include "app/settings/settings_table.hpp"
#include "support/paths.hpp"

namespace curt::app {
namespace {

std::string document_path() { return test::source_dir() + "/docs/configuration.md"; }
constexpr std::string_view kBegin =
    "<!-- from the table of settings, written by the test ConfigurationDocument -->\n";
constexpr std::string_view kEnd = "<!-- end of the table -->\n";

std::string bounds_of(const Setting& setting) {
  const auto between = [](const std::string& min, const std::string& max) {
    return fmt::format(" {} to {}.", min, max);
  };
  if (setting.placeholder == "N" || setting.placeholder == "DAYS") {
    return between(std::to_string(setting.min), std::to_string(setting.max));
  }
  if (setting.placeholder == "BYTES") return between(format_bytes(setting.min), format_bytes(setting.max));
  if (setting.placeholder != "DURATION") return {};
  const auto text = [](std::uint64_t count) {
    return format_duration(std::chrono::milliseconds{static_cast<long>(count)});
  };
  return between(text(setting.min), text(setting.max));
}

std::string table_of_settings() {
  std::string text{kBegin};
  std::string_view group;
  for (const Setting& setting : settings_table()) {
    if (setting.group != group) {
      group = setting.group;
      text += fmt::format("\n### {}\n\n| setting | default | |\n|---|---|---|\n", group);
    }
    text += fmt::format("| `{}`<br>`{} {}` | `{}` | {}{} |\n", setting.variable(), setting.flag(),
                        setting.placeholder, setting.default_text, setting.prose, bounds_of(setting));
  }
  return text + "\n" + std::string{kEnd};
}

TEST(ConfigurationDocument, HasEverySettingAsTheTableHasIt) {
  std::ifstream file{document_path()};
  std::string document{std::istreambuf_iterator<char>{file}, {}};
  const std::size_t begin = document.find(kBegin);
  const std::size_t end = document.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << document_path();
  ASSERT_NE(end, std::string::npos) << document_path();
  const std::string wanted = table_of_settings();
  const std::string found = document.substr(begin, end + kEnd.size() - begin);
  if (std::getenv("CURT_UPDATE_DOCS") != nullptr) {  // NOLINT(concurrency-mt-unsafe): no other thread is here
    document.replace(begin, found.size(), wanted);
    std::ofstream{document_path()} << document;
  } else {
    EXPECT_EQ(found, wanted)
        << "CURT_UPDATE_DOCS=1 build/release/curt_unit_tests --gtest_filter='ConfigurationDocument.*' "
           "brings it up to date";
  }
}

}  // namespace
}  // namespace curt::app

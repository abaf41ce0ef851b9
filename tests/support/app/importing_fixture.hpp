#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "app/transfer/link_import.hpp"
#include "support/fakes/fake_import_store.hpp"
#include "support/manual_clock.hpp"
#include "support/run_awaitable.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {

/// Imports texts into a store, with a file for rejected lines in a folder of its own.
class Importing : public testing::Test {
 protected:
  /// Counts of links that were all imported.
  static ImportCounts all_imported(std::uint64_t links, std::uint64_t through_line) {
    return {.imported = links, .through_line = through_line};
  }

  /// Imports the text and keeps the error, if it ended with one.
  ImportCounts import(
      const std::string& text, links::LinkStore& store, std::size_t batch_size = 100,
      const LinkImport::AfterBatch& after_batch = [](const ImportCounts&, std::uint64_t) {
        return LinkImport::Next::go_on;
      }) {
    std::istringstream in{text};
    DecodedInput decoded{in};
    LinkReader reader{decoded, {}, {.domain = domain_}};
    if (auto opened = reader.open(); !opened) {
      ADD_FAILURE() << opened.error().detail;
      return {};
    }
    EXPECT_EQ(reader.early_failure(), "");
    RejectedLines rejected{rejects()};
    EXPECT_TRUE(rejected.start(rejects_head(reader.form())));
    constexpr std::size_t code_length = 7;
    LinkImport import{{store, rules_, codes_, clock_, owner_}, batch_size, code_length};
    const auto done = test::run(import.run(reader, rejected, after_batch));
    error_ = done ? Error{} : done.error();
    if (done) next_ = *done;
    named_owners_ = import.named_owners();
    kept_ = rejected.finish().value();
    return import.counts();
  }

  [[nodiscard]] std::filesystem::path rejects() const { return folder_.path() / "rejected"; }

  [[nodiscard]] std::string rejects_text() const { return text_of(rejects()); }

  [[nodiscard]] static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  test::TempFolder folder_;
  test::FakeImportStore store_;
  std::optional<KeyId> owner_;
  std::string domain_;
  std::set<KeyId> named_owners_;
  std::optional<std::filesystem::path> kept_;  ///< what an earlier import rejected
  Error error_;
  LinkImport::Next next_ = LinkImport::Next::go_on;

 private:
  SystemRandom random_;
  test::ManualClock clock_{Timestamp{std::chrono::milliseconds{1'795'333'780'123}}};
  links::CodeGenerator codes_{random_};
  links::LinkRules rules_{{"stats"}, TargetUrl::from_stored("https://sho.rt/")};
};

}  // namespace curt::app

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "e2e/interruption/feeds.hpp"
#include "support/servers/child_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// Imports that are ended from outside, in a folder of their own.
class ImportingProcesses : public testing::Test {
 protected:
  /// Of the lines `first` to `end`, half have a code, half want one; so many blanks follow in each.
  [[nodiscard]] static std::string lines(int first, int end, std::size_t blanks = 0);

  /// The connection string of the database.
  [[nodiscard]] virtual std::string database() const = 0;

  /// What a query gives that gives one number; 0 as long as there is no table.
  [[nodiscard]] virtual int ask(const std::string& sql) const = 0;

  /// How a child is started that reads `input`.
  [[nodiscard]] ChildOptions options(const std::filesystem::path& input = "/dev/null") const {
    return {{{"CURT_DATABASE_URL", database()}}, folder_.path(), input};
  }

  /// The command line of an import.
  [[nodiscard]] static std::vector<std::string> import(const std::string& file, int batch_size);

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  /// Links in the database.
  [[nodiscard]] int count() const { return ask("SELECT count(*) FROM links"); }

  /// The same once the database has noticed that an importer is gone, whose last transaction may be under way
  /// until then.
  [[nodiscard]] virtual int count_at_rest() const { return count(); }

  /// Waits until it is so; the importer works meanwhile. False if that ended before.
  [[nodiscard]] static bool await(const std::function<bool()>& condition, ChildProcess& import);

  /// Whether an importer of batches of ten lines has taken the first.
  [[nodiscard]] bool has_imported_a_batch(const Feed& feed, ChildProcess& import) const;

  /// Whether it has read half of the second as well.
  [[nodiscard]] bool is_within_its_second_batch(const Feed& feed, ChildProcess& import) const;

  /// Imports all lines from a file, and expects each target once.
  void expect_the_rest_is_imported(int total) const;

  /// Kills an import between two batches and runs it again.
  void expect_that_whole_batches_stay() const;

  /// Kills the same import at one moment after another, then lets it end.
  void expect_the_same_end_after_kills_at(const std::vector<std::function<bool()>>& moments) const;

  /// Interrupts an import within its second batch and runs it again. Gives what it wrote on its standard
  /// error.
  [[nodiscard]] std::string interrupt() const;

  const TempFolder folder_;
};

}  // namespace curt::test

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "curt/base/clock.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/links/code_generator.hpp"
#include "curt/links/link_rules.hpp"
#include "curt/links/link_store.hpp"

#include "app/transfer/line_reader.hpp"
#include "app/transfer/rejected_lines.hpp"

namespace curt::app {

/// What became of the lines so far. Blank lines, comments and headers are not among them.
struct ImportCounts {
  std::uint64_t imported = 0;
  std::uint64_t already_there = 0;
  std::uint64_t rejected = 0;
  std::uint64_t through_line = 0;  ///< number of the last line that is done with

  friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};

/// Brings the links of a text into a store, a batch of lines in one transaction. Where it ended early, the
/// batches before are in, and the same text imported again ends in the same state. For one thread.
class LinkImport {
 public:
  struct Parts {
    links::LinkStore& store;
    const links::LinkRules& rules;
    const links::CodeGenerator& codes;
    const Clock& clock;
    std::optional<KeyId> owner = {};  ///< of links whose lines name none
  };
  enum class Next { go_on, stop };
  /// Asked after each batch.
  using AfterBatch = std::function<Next(const ImportCounts&)>;

  /// `batch_size` lines are stored together; generated codes have `code_length` characters, more once codes
  /// become scarce. The parts must outlive the import.
  LinkImport(Parts parts, std::size_t batch_size, std::size_t code_length);

  /// Imports until the text ends, reading fails, or `after_batch` says stop. An error says what failed;
  /// counts() tells how far it came.
  awaitable<result<void>> run(LineReader& lines, RejectedLines& rejected, const AfterBatch& after_batch);

  [[nodiscard]] const ImportCounts& counts() const noexcept { return counts_; }

  /// The owners that lines named whose links are in.
  [[nodiscard]] const std::set<KeyId>& named_owners() const noexcept { return named_owners_; }

 private:
  struct Wish {
    TextLine line;
    links::ImportRow row;
  };
  struct Rejection {
    TextLine line;
    std::string reason;
  };
  struct Batch {
    std::vector<Wish> wishes;
    std::vector<Rejection> rejections;
    std::uint64_t last_line = 0;
  };

  [[nodiscard]] Batch read(LineReader& lines) const;
  void sort(TextLine line, Batch& batch) const;
  [[nodiscard]] std::vector<links::ImportRow> rows_of(std::vector<Wish>& wishes) const;
  void settle(const std::vector<links::ImportOutcome>& outcomes, Batch& batch);
  void seek_other_codes(std::size_t attempt, Batch& batch);
  [[nodiscard]] result<void> write_rejections(Batch& batch, RejectedLines& rejected);

  Parts parts_;
  std::size_t batch_size_;
  std::size_t code_length_;
  ImportCounts counts_;
  std::set<KeyId> named_owners_;
};

}  // namespace curt::app

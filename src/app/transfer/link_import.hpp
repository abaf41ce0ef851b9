#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "curt/base/clock.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/links/code_generator.hpp"
#include "curt/links/link_rules.hpp"
#include "curt/links/link_store.hpp"

#include "app/transfer/batch_size.hpp"
#include "app/transfer/reading/link_reader.hpp"
#include "app/transfer/rejected_lines.hpp"

namespace curt::app {

/// What became of the links so far. Blank lines, comments and headers are not among them.
struct ImportCounts {
  std::uint64_t imported = 0;
  std::uint64_t already_there = 0;
  std::uint64_t rejected = 0;
  std::uint64_t reserved = 0;      ///< are rejected because their code is a word of the service's own paths
  std::uint64_t other_domain = 0;  ///< passed over
  std::uint64_t through_line = 0;  ///< number of the line in which the last one begins that is done with

  friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};

/// Brings the links of a text into a store, a batch of them in one transaction; the next one is read
/// meanwhile. Where it ended early, the batches before are in, and the same text imported again ends in the
/// same state. For one thread.
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
  /// Asked after each batch, with the bytes of the file that are done with.
  using AfterBatch = std::function<Next(const ImportCounts&, std::uint64_t bytes)>;

  /// `batch_size` links are stored together; generated codes have `code_length` characters, more once codes
  /// become scarce. The parts must outlive the import.
  LinkImport(Parts parts, BatchSize batch_size, std::size_t code_length);

  /// Imports until the text ends, reading fails, or `after_batch` says stop. Gives stop where that left
  /// something out. An error says what failed; counts() tells how far it came.
  awaitable<result<Next>> run(LinkReader& reader, RejectedLines& rejected, const AfterBatch& after_batch);

  [[nodiscard]] const ImportCounts& counts() const noexcept { return counts_; }

  /// The owners that lines named whose links are in.
  [[nodiscard]] const std::set<KeyId>& named_owners() const noexcept { return named_owners_; }

 private:
  /// Several links may stand in one record, and several records in one line.
  struct Source {
    RawRecord record;
    std::size_t number = 0;  ///< in the batch
  };
  using Raw = std::shared_ptr<const Source>;

  using Rows = std::vector<links::ImportRow>;

  struct Rejection {
    Raw raw;
    std::string reason;
  };
  struct Batch {
    /// Those that are not settled; not changed once a store has them.
    std::shared_ptr<Rows> rows = std::make_shared<Rows>();
    std::vector<Raw> raws;  ///< of each row
    std::vector<Rejection> rejections;
    std::uint64_t reserved = 0;
    std::uint64_t other_domain = 0;
    std::uint64_t last_line = 0;  ///< 0: the text is over
    std::size_t records = 0;
    std::uint64_t bytes = 0;  ///< of the file that were used up with it
    Timestamp read_at;        ///< when links are made whose lines do not say it
  };

  [[nodiscard]] Batch read(LinkReader& reader) const;
  void sort(ReadRecord record, Batch& batch) const;
  void add(const Raw& raw, const LinkLine& link, Batch& batch) const;
  awaitable<result<std::vector<links::ImportOutcome>>> store(links::ImportRows rows);
  void give_codes(Rows& rows) const;
  void settle(const std::vector<links::ImportOutcome>& outcomes, Batch& batch);
  void seek_other_codes(std::size_t attempt, Batch& batch);
  [[nodiscard]] result<void> write_rejections(Batch& batch, RejectedLines& rejected);

  Parts parts_;
  BatchSize batch_size_;
  std::size_t code_length_;
  ImportCounts counts_;
  std::set<KeyId> named_owners_;
};

}  // namespace curt::app

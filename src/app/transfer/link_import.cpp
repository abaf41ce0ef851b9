#include "app/transfer/link_import.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "app/transfer/link_lines.hpp"

namespace curt::app {
namespace {

using links::CodeSource;
using links::ImportOutcome;

/// Nobody waits for the answer but us, and a busy service may hold the database for a while.
constexpr std::chrono::minutes kPatience{1};

/// A batch of long lines ends early, so that it needs no more memory than this.
constexpr std::size_t kMaxBatchBytes = std::size_t{16} * 1024 * 1024;

/// Codes that are tried for one link. The first collisions may be chance; then each try is one character
/// longer.
constexpr std::size_t kTries = 8;
constexpr std::size_t kTriesAtOneLength = 2;

}  // namespace

LinkImport::LinkImport(Parts parts, std::size_t batch_size, std::size_t code_length)
    : parts_(parts), batch_size_(batch_size), code_length_(code_length) {}

awaitable<result<void>> LinkImport::run(LineReader& lines, RejectedLines& rejected,
                                        const AfterBatch& after_batch) {
  for (;;) {
    Batch batch = read(lines);
    if (batch.last_line == 0) co_return result<void>{};
    for (std::size_t attempt = 1; !batch.wishes.empty(); ++attempt) {
      std::vector<links::ImportRow> rows = rows_of(batch.wishes);
      Call call{Deadline::in(kPatience)};
      auto outcomes = co_await parts_.store.import(call, std::move(rows));
      if (!outcomes) co_return outcomes.error();
      settle(*outcomes, batch);
      seek_other_codes(attempt, batch);
    }
    // Written after the rest is in, in the order of the lines.
    result<void> written = write_rejections(batch, rejected);
    if (!written) co_return written;
    counts_.through_line = batch.last_line;
    if (after_batch(counts_) == Next::stop) co_return result<void>{};
  }
}

LinkImport::Batch LinkImport::read(LineReader& lines) const {
  Batch batch;
  std::size_t bytes = 0;
  while (batch.wishes.size() + batch.rejections.size() < batch_size_ && bytes < kMaxBatchBytes) {
    auto line = lines.next();
    if (!line) break;
    bytes += line->text.size();
    batch.last_line = line->number;
    sort(*std::move(line), batch);
  }
  return batch;
}

/// Makes a wish or a rejection of the line, or nothing if it holds no link.
void LinkImport::sort(TextLine line, Batch& batch) const {
  if (line.cut) {
    batch.rejections.push_back(
        {std::move(line), fmt::format("is longer than {} bytes", LineReader::kMaxLine)});
    return;
  }
  const auto read = read_link_line(line.text);
  if (!read) {
    batch.rejections.push_back({std::move(line), reason_of(read.error())});
  } else if (*read) {
    auto row = to_import_row(**read, parts_.rules, parts_.clock.now());
    if (row) {
      if (!row->link.owner) row->link.owner = parts_.owner;
      batch.wishes.push_back({std::move(line), *std::move(row)});
    } else {
      batch.rejections.push_back({std::move(line), reason_of(row.error())});
    }
  }
}

/// The rows to store, with a new code for each that needs one.
std::vector<links::ImportRow> LinkImport::rows_of(std::vector<Wish>& wishes) const {
  std::vector<links::ImportRow> rows;
  rows.reserve(wishes.size());
  for (Wish& wish : wishes) {
    if (wish.row.code_source == CodeSource::generated) {
      do {
        wish.row.link.code = parts_.codes.generate(code_length_);
      } while (parts_.rules.is_reserved(wish.row.link.code));
    }
    rows.push_back(wish.row);
  }
  return rows;
}

/// Counts the outcomes and leaves the wishes that need another code.
void LinkImport::settle(const std::vector<ImportOutcome>& outcomes, Batch& batch) {
  std::vector<Wish> open;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    Wish& wish = batch.wishes[i];
    switch (outcomes[i]) {
      case ImportOutcome::imported:
        ++counts_.imported;
        if (wish.row.link.owner && wish.row.link.owner != parts_.owner) {
          named_owners_.insert(*wish.row.link.owner);
        }
        break;
      case ImportOutcome::already_there:
        ++counts_.already_there;
        break;
      case ImportOutcome::code_taken:
        if (wish.row.code_source == CodeSource::generated) {
          open.push_back(std::move(wish));
        } else {
          batch.rejections.push_back(
              {std::move(wish.line),
               fmt::format("code {} belongs to another link, or to one that was deleted",
                           wish.row.link.code.view())});
        }
        break;
    }
  }
  batch.wishes = std::move(open);
}

/// Makes the next codes longer where codes are scarce, and rejects the wishes that were tried often enough.
void LinkImport::seek_other_codes(std::size_t attempt, Batch& batch) {
  if (batch.wishes.empty()) return;
  if (attempt >= kTriesAtOneLength) code_length_ = std::min(code_length_ + 1, ShortCode::kMaxLength);
  if (attempt < kTries) return;
  for (Wish& wish : batch.wishes)
    batch.rejections.push_back({std::move(wish.line), "no free code was found"});
  batch.wishes.clear();
}

result<void> LinkImport::write_rejections(Batch& batch, RejectedLines& rejected) {
  std::sort(batch.rejections.begin(), batch.rejections.end(),
            [](const Rejection& a, const Rejection& b) { return a.line.number < b.line.number; });
  for (const Rejection& rejection : batch.rejections) {
    if (auto added = rejected.add(rejection.line, rejection.reason); !added) return added;
    ++counts_.rejected;
  }
  return rejected.flush();
}

}  // namespace curt::app

#include "app/transfer/link_import.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "app/transfer/meanwhile.hpp"

namespace curt::app {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;
using Outcomes = result<std::vector<ImportOutcome>>;

/// Nobody waits for the answer but us, and a busy service may hold the database for a while.
constexpr std::chrono::minutes kPatience{1};

/// A batch of long lines ends early, so that it needs no more memory than this.
constexpr std::size_t kMaxBatchBytes = std::size_t{36} * 1024 * 1024;

/// Codes that are tried for one link. The first collisions may be chance; then each try is one character
/// longer.
constexpr std::size_t kTries = 8;
constexpr std::size_t kTriesAtOneLength = 2;

}  // namespace

LinkImport::LinkImport(Parts parts, BatchSize batch_size, std::size_t code_length)
    : parts_(parts), batch_size_(batch_size), code_length_(code_length) {}

awaitable<result<LinkImport::Next>> LinkImport::run(LinkReader& reader, RejectedLines& rejected,
                                                    const AfterBatch& after_batch) {
  for (Batch batch = read(reader); batch.last_line != 0;) {
    Batch next;
    bool is_read = false;
    for (std::size_t attempt = 1; !batch.rows->empty(); ++attempt) {
      give_codes(*batch.rows);
      const std::size_t links = batch.rows->size();
      const SteadyTime began = parts_.clock.steady_now();
      Executor executor = co_await net::this_coro::executor;
      Meanwhile<Outcomes> work{executor};
      auto storing = store(batch.rows);
      co_await work.begin(std::move(storing));
      if (!is_read) next = read(reader);
      is_read = true;
      auto outcomes = co_await work.end();
      if (!outcomes) co_return outcomes.error();
      if (attempt == 1) batch_size_.adapt(links, parts_.clock.steady_now() - began);
      settle(*outcomes, batch);
      seek_other_codes(attempt, batch);
    }
    // Written after the rest is in, in the order of the lines.
    result<void> written = write_rejections(batch, rejected);
    if (!written) co_return written.error();
    counts_.through_line = batch.last_line;
    const Next wanted = after_batch(counts_, batch.bytes);
    batch = is_read ? std::move(next) : read(reader);
    if (wanted == Next::stop && batch.last_line != 0) co_return Next::stop;
  }
  co_return Next::go_on;
}

awaitable<Outcomes> LinkImport::store(links::ImportRows rows) {
  Call call{Deadline::in(kPatience)};
  auto importing = parts_.store.import(call, std::move(rows));
  auto outcomes = co_await std::move(importing);
  co_return outcomes;
}

LinkImport::Batch LinkImport::read(LinkReader& reader) const {
  Batch batch;
  // One time for all, so that in the order of codes they are neighbours in the indexes by time.
  batch.read_at = parts_.clock.now();
  std::size_t bytes = 0;
  while (batch.rows->size() + batch.rejections.size() < batch_size_.links() && bytes < kMaxBatchBytes) {
    auto record = reader.next();
    if (!record) break;
    bytes += record->raw.text.size();
    batch.last_line = record->raw.line;
    sort(*std::move(record), batch);
  }
  batch.bytes = reader.bytes_read();
  return batch;
}

/// Makes rows or a rejection of the record.
void LinkImport::sort(ReadRecord record, Batch& batch) const {
  const Raw raw = std::make_shared<const Source>(Source{std::move(record.raw), batch.records++});
  if (!record.refusal.empty()) {
    batch.rejections.push_back({raw, std::move(record.refusal)});
    return;
  }
  if (record.links.empty()) ++batch.other_domain;
  for (const LinkLine& link : record.links) add(raw, link, batch);
}

void LinkImport::add(const Raw& raw, const LinkLine& link, Batch& batch) const {
  auto row = to_import_row(link, parts_.rules, batch.read_at);
  if (row) {
    if (!row->link.owner) row->link.owner = parts_.owner;
    batch.rows->push_back(*std::move(row));
    batch.raws.push_back(raw);
    return;
  }
  if (wants_reserved_code(link, parts_.rules)) ++batch.reserved;
  batch.rejections.push_back({raw, reason_of(row.error())});
}

/// Gives each row that needs one a new code. The codes ascend with the rows, which a store may have to write
/// in this order: codes beside each other stand in the same pages of its indexes.
void LinkImport::give_codes(Rows& rows) const {
  const auto needs_one = [](const ImportRow& row) { return row.code_source == CodeSource::generated; };
  std::vector<ShortCode> codes(static_cast<std::size_t>(std::ranges::count_if(rows, needs_one)));
  for (ShortCode& code : codes) {
    do {
      code = parts_.codes.generate(code_length_);
    } while (parts_.rules.is_reserved(code));
  }
  std::ranges::sort(codes, {}, &ShortCode::view);
  auto next = codes.begin();
  for (ImportRow& row : rows) {
    if (needs_one(row)) row.link.code = *next++;
  }
}

/// Counts the outcomes and leaves the rows that need another code.
void LinkImport::settle(const std::vector<ImportOutcome>& outcomes, Batch& batch) {
  auto open = std::make_shared<Rows>();
  std::vector<Raw> open_raws;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const ImportRow& row = (*batch.rows)[i];
    Raw& raw = batch.raws[i];
    switch (outcomes[i]) {
      case ImportOutcome::imported:
        ++counts_.imported;
        if (row.link.owner && row.link.owner != parts_.owner) named_owners_.insert(*row.link.owner);
        break;
      case ImportOutcome::already_there:
        ++counts_.already_there;
        break;
      case ImportOutcome::code_taken:
        if (row.code_source == CodeSource::generated) {
          open->push_back(row);
          open_raws.push_back(std::move(raw));
        } else {
          batch.rejections.push_back(
              {std::move(raw), fmt::format("code {} belongs to another link, or to one that was deleted",
                                           row.link.code.view())});
        }
        break;
    }
  }
  batch.rows = std::move(open);
  batch.raws = std::move(open_raws);
}

/// Makes the next codes longer where codes are scarce, and rejects the rows that were tried often enough.
void LinkImport::seek_other_codes(std::size_t attempt, Batch& batch) {
  if (batch.rows->empty()) return;
  if (attempt >= kTriesAtOneLength) code_length_ = std::min(code_length_ + 1, ShortCode::kMaxLength);
  if (attempt < kTries) return;
  for (Raw& raw : batch.raws) batch.rejections.push_back({std::move(raw), "no free code was found"});
  batch.rows = std::make_shared<Rows>();
  batch.raws.clear();
}

result<void> LinkImport::write_rejections(Batch& batch, RejectedLines& rejected) {
  std::ranges::sort(batch.rejections, {}, [](const Rejection& rejection) { return rejection.raw->number; });
  for (auto next = batch.rejections.begin(); next != batch.rejections.end();) {
    // A record stands there once, however many of its links are rejected.
    const Raw& raw = next->raw;
    std::string reasons = next->reason;
    for (++next, ++counts_.rejected; next != batch.rejections.end() && next->raw == raw;
         ++next, ++counts_.rejected) {
      reasons += "; " + next->reason;
    }
    if (auto added = rejected.add(raw->record, reasons); !added) return added;
  }
  counts_.reserved += batch.reserved;
  counts_.other_domain += batch.other_domain;
  return rejected.flush();
}

}  // namespace curt::app

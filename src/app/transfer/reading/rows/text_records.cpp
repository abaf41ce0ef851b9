#include "app/transfer/reading/rows/text_records.hpp"

#include <algorithm>
#include <string_view>

#include "curt/base/text.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// A record with its line end.
constexpr std::size_t kMostPeeked = RawRecord::kMaxSize + 2;

}  // namespace

std::optional<RawRecord> TextRecords::next() {
  std::string_view text = in_.available();
  std::optional<RowEnd> end = look_for_end(text, false);
  while (!end) {
    const std::string_view more = in_.peek(std::min(text.size() + 1, kMostPeeked));
    const bool whole = more.size() == text.size() || more.size() >= kMostPeeked;
    text = more;
    end = look_for_end(text, whole);
  }
  // After a failure, what there is of a line may be only its beginning.
  const bool last = text.size() <= end->size;
  if (text.empty() || (last && !in_.failure().empty())) return std::nullopt;

  RawRecord record{.line = lines_ + 1, .text = std::string{text.substr(0, end->size)}};
  record.cut = record.text.size() > RawRecord::kMaxSize;
  if (record.cut) {
    record.text.resize(RawRecord::kMaxSize);
    skip_line();
    return record;
  }
  lines_ += 1 + static_cast<std::uint64_t>(std::count(record.text.begin(), record.text.end(), '\n'));
  std::size_t used = end->size;
  if (text.substr(used).starts_with('\r')) ++used;
  if (text.substr(used).starts_with('\n')) ++used;
  in_.consume(used);
  return record;
}

/// Where the record ends; nothing if only more text can tell. `whole` says that there will be no more.
std::optional<RowEnd> TextRecords::look_for_end(std::string_view text, bool whole) const {
  const std::size_t line_end = text.find('\n');
  if (line_end == kNone) {
    if (!whole) return std::nullopt;
    return RowEnd{without_cr(text).size(), RowEnd::Kind::line_end};
  }
  const RowEnd line{without_cr(text.substr(0, line_end)).size(), RowEnd::Kind::line_end};
  const bool comment = comments_ && trim_white_space(text).starts_with('#');
  if (!dialect_ || comment) return line;
  const RowEnd row = find_row_end(text, *dialect_);
  switch (row.kind) {
    case RowEnd::Kind::torn:
      return line;
    case RowEnd::Kind::open: {
      if (!whole) return std::nullopt;
      // After a failure, what would close the quotes may not have come.
      const bool is_part = !in_.failure().empty() && text.size() < kMostPeeked;
      return is_part ? RowEnd{text.size(), RowEnd::Kind::line_end} : line;
    }
    case RowEnd::Kind::line_end:
      // Where the text is over, so may be no more than what has come of the row, or of its CRLF, so far.
      if (!whole && (row.size == text.size() || text.substr(row.size) == "\r")) return std::nullopt;
      return row.size > RawRecord::kMaxSize ? line : row;
  }
  return line;
}

/// Steps over what is left of a line.
void TextRecords::skip_line() {
  ++lines_;
  for (std::string_view text = in_.available(); !text.empty(); text = in_.available()) {
    const std::size_t end = text.find('\n');
    if (end != kNone) {
      in_.consume(end + 1);
      return;
    }
    in_.consume(text.size());
  }
}

}  // namespace curt::app

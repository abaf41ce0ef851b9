#include "app/transfer/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <ios>
#include <streambuf>
#include <system_error>

namespace curt::app {
namespace {

constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

LineReader::LineReader(std::istream& in) : in_(in) {}

std::optional<TextLine> LineReader::next() {
  TextLine line;
  bool any = false;
  for (bool ended = false; !ended;) {
    if (rest_.empty() && !fill()) break;
    any = true;
    const std::size_t end = rest_.find('\n');
    ended = end != std::string_view::npos;
    const std::string_view piece = rest_.substr(0, end);
    // One byte more than allowed may be the CR of its end.
    const std::size_t room = kMaxLine + 1 - line.text.size();
    line.text.append(piece.substr(0, room));
    line.cut = line.cut || piece.size() > room;
    const std::size_t used = piece.size() + (ended ? 1 : 0);
    rest_.remove_prefix(used);
    bytes_read_ += used;
  }
  // After a failure, what there is of a line may be only its beginning.
  if (!any || !failure_.empty()) return std::nullopt;
  if (!line.cut && line.text.ends_with('\r')) line.text.pop_back();
  if (line.text.size() > kMaxLine) {
    line.text.resize(kMaxLine);
    line.cut = true;
  }
  if (lines_ == 0 && line.text.starts_with(kByteOrderMark)) line.text.erase(0, kByteOrderMark.size());
  line.number = ++lines_;
  return line;
}

bool LineReader::fill() {
  // The stream's buffer itself: read() would wait until a whole chunk has come.
  std::streambuf& source = *in_.rdbuf();
  try {
    if (source.sgetc() == std::streambuf::traits_type::eof()) return false;
    const std::streamsize there = std::clamp<std::streamsize>(source.in_avail(), 1, kChunk);
    buffer_.resize(static_cast<std::size_t>(there));
    buffer_.resize(static_cast<std::size_t>(source.sgetn(buffer_.data(), there)));
  } catch (const std::ios_base::failure&) {
    failure_ = std::generic_category().message(errno);
    return false;
  }
  rest_ = buffer_;
  return !rest_.empty();
}

}  // namespace curt::app

#include "app/transfer/reading/bytes/stream_bytes.hpp"

#include <algorithm>
#include <cerrno>
#include <ios>
#include <streambuf>
#include <system_error>

namespace curt::app {

std::size_t StreamBytes::read(std::span<char> into) {
  if (!failure_.empty()) return 0;
  // The stream's buffer itself: istream::read() would wait until `into` is full.
  std::streambuf& source = *in_.rdbuf();
  try {
    // What a file or pipe is known to have is read past the stream's buffer, without a copy.
    std::streamsize there = source.in_avail();
    if (there <= 0) {
      if (source.sgetc() == std::streambuf::traits_type::eof()) return 0;
      there = std::max<std::streamsize>(source.in_avail(), 1);
    }
    const auto wanted = std::min(there, static_cast<std::streamsize>(into.size()));
    const auto count = static_cast<std::size_t>(source.sgetn(into.data(), wanted));
    taken_ += count;
    return count;
  } catch (const std::ios_base::failure&) {
    failure_ = std::generic_category().message(errno);
    return 0;
  }
}

}  // namespace curt::app

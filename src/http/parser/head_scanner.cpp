#include "http/parser/head_scanner.hpp"

#include <algorithm>

#include "http/limits.hpp"

namespace curt::http {
namespace {

/// A request line is a method, a target and a version; what goes beyond the target fits in here.
constexpr std::size_t kMaxRequestLine = kMaxTarget + 64;

/// Whether a method can begin so (a token, RFC 9110, section 5.6.2); a letter in every known one.
bool begins_method(char c) noexcept { return c > ' ' && c < '\x7f'; }

}  // namespace

std::optional<std::size_t> HeadScanner::fail(HeadError error) noexcept {
  error_ = error;
  return std::nullopt;
}

std::optional<std::size_t> HeadScanner::scan(std::string_view input) {
  if (error_ || input.empty()) return std::nullopt;
  if (!begins_method(input.front())) return fail(HeadError::not_http);
  for (;;) {
    const std::size_t feed = input.find('\n', scanned_);
    const std::size_t line_end = feed == std::string_view::npos ? input.size() : feed;
    if (line_begin_ == 0 && line_end > kMaxRequestLine) return fail(HeadError::target_too_long);
    // Before the head's size, so that the answer does not depend on how much has arrived.
    if (line_begin_ != 0 && line_begin_ < std::min(line_end, kMaxHead) &&
        (input[line_begin_] == ' ' || input[line_begin_] == '\t')) {
      return fail(HeadError::folded_line);
    }
    if (line_end >= kMaxHead) return fail(HeadError::head_too_large);
    scanned_ = line_end;
    if (feed == std::string_view::npos) return std::nullopt;
    if (feed == line_begin_ || input[feed - 1] != '\r') return fail(HeadError::bare_line_feed);
    const bool empty_line = feed == line_begin_ + 1;
    line_begin_ = scanned_ = feed + 1;
    if (empty_line) return line_begin_;
  }
}

}  // namespace curt::http

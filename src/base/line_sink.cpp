#include "base/line_sink.hpp"

#include <algorithm>
#include <thread>

#include <poll.h>
#include <unistd.h>

namespace curt::log {
namespace {

constexpr std::chrono::milliseconds kRetry{5};

/// The first lines of `lines` that fit a piece together; a longer line is a piece by itself.
std::string_view first_piece(std::string_view lines) {
  if (lines.size() <= kLongestLine) return lines;
  std::size_t end = lines.rfind('\n', kLongestLine - 1);
  if (end == std::string_view::npos) end = lines.find('\n');
  return end == std::string_view::npos ? lines : lines.substr(0, end + 1);
}

}  // namespace

bool LineSink::try_write(std::string_view piece) {
  if (piece.size() > kLongestLine) return false;
  const std::lock_guard lock{write_mutex_};
  pollfd wanted{descriptor_, POLLOUT, 0};
  if (::poll(&wanted, 1, 0) <= 0 || (wanted.revents & POLLOUT) == 0) return false;
  while (!piece.empty()) {
    const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
    if (written <= 0) return false;
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void LineSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (!try_write({line.data(), line.size()})) lost_.fetch_add(1, std::memory_order_relaxed);
}

void LineSink::write_lines(std::string_view lines, std::chrono::milliseconds patience) {
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  while (!lines.empty()) {
    const std::string_view piece = first_piece(lines);
    if (piece.size() > kLongestLine) {
      lost_.fetch_add(1, std::memory_order_relaxed);
      lines.remove_prefix(piece.size());
      continue;
    }
    bool written = try_write(piece);
    while (!written && !stalled_ && std::chrono::steady_clock::now() < give_up_at) {
      std::this_thread::sleep_for(kRetry);
      written = try_write(piece);
    }
    stalled_ = !written;
    if (!written) {
      const auto lost = std::count(lines.begin(), lines.end(), '\n');
      lost_.fetch_add(static_cast<std::uint64_t>(lost), std::memory_order_relaxed);
      return;
    }
    lines.remove_prefix(piece.size());
  }
}

}  // namespace curt::log

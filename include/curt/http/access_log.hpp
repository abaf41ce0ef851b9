#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>

#include "curt/base/timestamp.hpp"
#include "curt/http/request.hpp"
#include "curt/http/service.hpp"

namespace curt::http {

/// A text of at most `Size` bytes inside a record; what is longer is cut off.
template <std::size_t Size>
class BoundedText {  // NOLINT(cppcoreguidelines-pro-type-member-init): see text_
 public:
  void assign(std::string_view text) noexcept {
    length_ = static_cast<std::uint16_t>(text.copy(text_.data(), Size));
  }
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), length_}; }

 private:
  std::uint16_t length_ = 0;
  std::array<char, Size>
      text_;  ///< uninitialised behind length_: clearing it would cost more than the record
};

/// One answered request as it goes through the ring; texts are cut at the sizes given here.
struct AccessRecord {
  Timestamp at;
  std::uint32_t microseconds = 0;
  std::uint32_t bytes = 0;  ///< sent, with headers
  std::uint16_t status = 0;
  Method method = Method::other;
  RouteId route = 0;
  BoundedText<46> client;
  BoundedText<128> request_id;
  BoundedText<512> path;
  BoundedText<256> referrer;
  BoundedText<256> user_agent;
};

/// How the lines look.
enum class AccessLogFormat { json, text };

/// Takes records from the cores without ever making them wait and writes them as lines on a thread of its
/// own: a bounded lock-free ring a core, emptied in batches. What does not fit is lost and counted.
class AccessLog {
 public:
  static constexpr std::size_t kRingSize = 4096;  ///< records a core

  /// Writes whole lines; called on the log's thread only.
  using Sink = std::function<void(std::string_view lines)>;

  AccessLog(std::size_t cores, AccessLogFormat format, std::vector<std::string> route_names, Sink sink);
  /// Writes what is in the rings, then ends.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Hands a record over; false if the core's ring is full. To be called by one thread a core.
  bool push(std::size_t core, const AccessRecord& record) noexcept;

  /// Records lost so far. Thread-safe.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

 private:
  using Ring = boost::lockfree::spsc_queue<AccessRecord, boost::lockfree::capacity<kRingSize>>;

  void run(const std::stop_token& stop);
  /// Writes what is in the rings; whether one of them was more than half full.
  bool drain();

  AccessLogFormat format_;
  std::vector<std::string> route_names_;
  Sink sink_;
  std::vector<std::unique_ptr<Ring>> rings_;
  std::atomic<std::uint64_t> lost_{0};
  std::string batch_;
  std::jthread thread_;  ///< last, so that it ends before what it uses
};

/// Appends the record as one line with its line end.
void append_access_line(const AccessRecord& record, std::string_view route, AccessLogFormat format,
                        std::string& out);

}  // namespace curt::http

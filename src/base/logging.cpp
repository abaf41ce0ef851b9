#include "curt/base/logging.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include "base/line_sink.hpp"
#include "base/log_event.hpp"

namespace curt::log {
namespace {

/// With the time before it and the line end, an event fits a write that does not wait (line_sink.hpp).
constexpr std::size_t kLongestEvent = kLongestLine - 64;

constexpr std::string_view kReadyMade = "ready-made";

/// How long the thread that writes ready-made lines waits for a reader that has stalled.
constexpr std::chrono::milliseconds kPatience{1000};

/// Puts the time before our events, and leaves ready-made lines as they are. Both kinds pass one sink, so
/// that the sink's mutex keeps them apart.
class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(std::string pattern)
      : pattern_(std::move(pattern)), events_(pattern_, spdlog::pattern_time_type::utc, "\n") {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    if (std::string_view{message.logger_name.data(), message.logger_name.size()} == kReadyMade) {
      out.append(message.payload.data(), message.payload.data() + message.payload.size());
    } else {
      events_.format(message, out);
    }
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(pattern_);
  }

 private:
  std::string pattern_;
  spdlog::pattern_formatter events_;
};

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::trace:
      return spdlog::level::trace;
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

/// The two loggers over one sink.
class Output {
 public:
  /// `descriptor_sink` is the same sink, where it is one.
  Output(Format format, Level level, const spdlog::sink_ptr& sink, std::shared_ptr<LineSink> descriptor_sink)
      : format_(format),
        descriptor_sink_(std::move(descriptor_sink)),
        events_("curt", sink),
        ready_made_(std::string{kReadyMade}, sink) {
    sink->set_formatter(std::make_unique<LineFormatter>(
        format == Format::json ? "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v}" : "%Y-%m-%d %H:%M:%S.%e %v"));
    for (spdlog::logger* logger : {&events_, &ready_made_}) {
      // A stream that takes no more lines is no place to complain about it.
      logger->set_error_handler([](const std::string&) {});
      logger->set_level(spdlog::level::trace);
    }
    events_.set_level(spdlog_level(level));
  }

  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] bool enabled(Level level) const {
    return level != Level::off && events_.should_log(spdlog_level(level));
  }
  void event(Level level, std::string_view line) { events_.log(spdlog_level(level), view(line)); }
  void lines(std::string_view lines) {
    if (descriptor_sink_) {
      descriptor_sink_->write_lines(lines, kPatience);
    } else {
      ready_made_.log(spdlog::level::info, view(lines));
    }
  }
  [[nodiscard]] std::uint64_t lost() const { return descriptor_sink_ ? descriptor_sink_->lost() : 0; }

 private:
  static spdlog::string_view_t view(std::string_view text) { return {text.data(), text.size()}; }

  Format format_;
  std::shared_ptr<LineSink> descriptor_sink_;
  spdlog::logger events_;
  spdlog::logger ready_made_;
};

std::unique_ptr<Output> make_output(Format format, Level level, Stream stream) {
  const int descriptor = stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO;
  if (format == Format::automatic) format = ::isatty(descriptor) == 1 ? Format::text : Format::json;
  const auto sink = std::make_shared<LineSink>(descriptor);
  return std::make_unique<Output>(format, level, sink, sink);
}

/// Never destroyed: threads may still log while the process ends.
std::unique_ptr<Output>& output() {
  static auto& instance = *new std::unique_ptr<Output>(make_output(Format::text, Level::info, Stream::err));
  return instance;
}

}  // namespace

void configure(Format format, Level level, Stream stream) { output() = make_output(format, level, stream); }

void configure(Format format, Level level, std::ostream& stream) {
  const auto resolved = format == Format::automatic ? Format::json : format;
  output() = std::make_unique<Output>(
      resolved, level, std::make_shared<spdlog::sinks::ostream_sink_mt>(stream, true), nullptr);
}

bool enabled(Level level) noexcept { return output()->enabled(level); }

Format format() noexcept { return output()->format(); }

std::uint64_t lost() noexcept { return output()->lost(); }

void write(Level level, std::string_view message, Fields fields) noexcept {
  if (!enabled(level)) return;
  try {
    output()->event(level, log_event(format(), level, message, fields, kLongestEvent));
  } catch (...) {  // out of memory: the line is lost, the service goes on
  }
}

void write_lines(std::string_view lines) noexcept {
  if (!lines.empty()) output()->lines(lines);
}

}  // namespace curt::log

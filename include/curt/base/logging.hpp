#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "curt/base/json_string.hpp"  // lines that are made elsewhere are written with it

/// The service's own lines: one event a line, as JSON for machines or as text for a terminal. configure() is
/// called before other threads start; everything else is thread-safe, never throws, and loses a line rather
/// than fail where the stream is closed or its disk is full. Until configure() is called, text goes to stderr
/// from level info on.
namespace curt::log {

enum class Level : std::uint8_t { trace, debug, info, warn, error, off };

/// `automatic` is text where the stream is a terminal, else JSON.
enum class Format : std::uint8_t { automatic, json, text };

enum class Stream : std::uint8_t { out, err };

/// One named value of an event. The text is only looked at during the call that logs it.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const std::string& text) : key(name), value(std::string_view{text}) {}
  Field(std::string_view name, const char* text) : key(name), value(std::string_view{text}) {}
  Field(std::string_view name, std::same_as<bool> auto truth) : key(name), value(truth) {}
  Field(std::string_view name, std::floating_point auto number)
      : key(name), value(static_cast<double>(number)) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Field(std::string_view name, T number) : key(name), value(widest(number)) {}

  std::string_view key;
  Value value;

 private:
  template <std::integral T>
  static auto widest(T number) {
    return static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(number);
  }
};

using Fields = std::initializer_list<Field>;

/// From now on lines of this level and above go to stdout or stderr. Replaces what was configured before.
void configure(Format format, Level level, Stream stream);

/// The same into a C++ stream, which must outlive the logging; `automatic` is JSON here. For tests.
void configure(Format format, Level level, std::ostream& stream);

/// Whether a line of this level would be written: for events that cost something to describe.
[[nodiscard]] bool enabled(Level level) noexcept;

/// The format that is in use: json or text.
[[nodiscard]] Format format() noexcept;

/// Lines that were lost because nobody read the stream.
[[nodiscard]] std::uint64_t lost() noexcept;

/// Writes one event. The message is fixed words, the fields are what varies.
void write(Level level, std::string_view message, Fields fields = {}) noexcept;

inline void trace(std::string_view message, Fields fields = {}) noexcept {
  write(Level::trace, message, fields);
}
inline void debug(std::string_view message, Fields fields = {}) noexcept {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) noexcept {
  write(Level::info, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) noexcept {
  write(Level::warn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) noexcept {
  write(Level::error, message, fields);
}

/// Writes ready-made lines, each ended by '\n', to the same stream, whatever the level is; no line is cut by
/// another. Waits up to a second for a reader that has stalled, so it is for a thread that may; one thread at
/// a time.
void write_lines(std::string_view lines) noexcept;

}  // namespace curt::log

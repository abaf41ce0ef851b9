#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace curt::http {

/// Errors that may come thousands of times a second, each with a line of its own: the first of each text is
/// logged at once, those that follow are counted, and tell() logs how many there were. So nothing is left out
/// without being counted, and the log takes a line a second. Thread-safe; counting costs a short lock.
class RepeatedLines {
 public:
  /// As many texts are kept apart; what has another one meanwhile is counted together.
  static constexpr std::size_t kMostTexts = 64;

  /// `message` are the fixed words of each line; they must outlive this.
  explicit RepeatedLines(std::string_view message) noexcept : message_(message) {}

  /// It happened, to this request.
  void add(std::string_view request_id, std::string_view error) noexcept;

  /// Logs what was only counted: a line for each text, with the last request's id and with how many requests
  /// it stands for (`times`). A text that has not come since the last call is logged at once the next time.
  /// To be called about once a second, and at the end.
  void tell();

 private:
  struct Repeats {
    std::uint64_t times = 0;
    std::string request_id;  ///< the last request that it happened to
  };

  /// Allows a lookup by string_view without making a std::string.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Texts = std::unordered_map<std::string, Repeats, Hash, std::equal_to<>>;

  /// Counts it; false if it is to have a line of its own.
  bool is_counted(std::string_view request_id, std::string_view error);
  void log(std::string_view error, const Repeats& repeats) const noexcept;

  const std::string_view message_;
  std::mutex mutex_;
  Texts texts_;
  Repeats others_;  ///< of the texts that there was no room for
};

}  // namespace curt::http

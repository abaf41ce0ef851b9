#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace curt::visits {

/// Tells bots from people by the User-Agent header: the devices that the uap-core project names Spider
/// (https://github.com/ua-parser/uap-core), and a list of our own of link previews, monitors and HTTP
/// libraries. No User-Agent at all counts as human. Only the first RequestRecord::kMaxUserAgent bytes are
/// looked at, so that the result is the same before a visit is recorded and after. Immutable and thread-safe;
/// the constructor compiles the expressions, which takes some milliseconds.
class BotDetector {
 public:
  BotDetector();
  ~BotDetector();
  BotDetector(const BotDetector&) = delete;
  BotDetector& operator=(const BotDetector&) = delete;

  [[nodiscard]] bool is_bot(std::string_view user_agent) const;

  /// Expressions that RE2 does not take, and that are left out: a fault of the build, which a test looks for.
  [[nodiscard]] const std::vector<std::string>& refused() const noexcept { return refused_; }

 private:
  struct Expressions;
  std::vector<std::string> refused_;
  std::unique_ptr<const Expressions> expressions_;
};

/// Remembers what a detector said of recent user agents, since matching costs some
/// microseconds. Bounded: when it is full it forgets all. For one thread.
class BotMemo {
 public:
  static constexpr std::size_t kMost = 4096;

  /// `detector` must outlive the memo.
  explicit BotMemo(const BotDetector& detector) : detector_(detector) {}

  [[nodiscard]] bool is_bot(std::string_view user_agent);

 private:
  /// Allows a lookup by string_view without making a std::string.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  const BotDetector& detector_;
  std::unordered_map<std::string, bool, Hash, std::equal_to<>> known_;
};

}  // namespace curt::visits

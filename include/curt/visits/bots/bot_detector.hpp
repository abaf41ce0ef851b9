#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace curt::visits {

/// Tells bots from people by the User-Agent header. A bot is what has nothing of a browser (HTTP libraries
/// and most previews of links), what says that it is one or what it does (crawlers, link checkers, monitors,
/// assistants, mail clients), and what the uap-core project names Spider
/// (https://github.com/ua-parser/uap-core). No User-Agent at all counts as human. Only the first
/// RequestRecord::kMaxUserAgent bytes are looked at, so that the result is the same before a visit is
/// recorded and after. Immutable and thread-safe; the constructor compiles the expressions, which takes some
/// milliseconds.
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

}  // namespace curt::visits

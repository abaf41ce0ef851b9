#include "curt/visits/bots/bot_detector.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <re2/re2.h>

#include "curt/base/logging.hpp"
#include "curt/visits/ring/request_record.hpp"

#include "visits/bots/bot_expressions.hpp"

namespace curt::visits {
namespace {

/// What RE2 may keep of the automaton of one expression, in bytes. It keeps the states that user agents have
/// led to, and begins again when they are too many. A search that fills the memory twice would go on without
/// an automaton, a hundred times as slow; none can: it makes a state for each of the 240 bytes at most, and
/// the largest possible states of the largest expression (4,530 instructions) are 4.5 MB together. A third of
/// this is for them, the rest for other kinds of searches.
constexpr std::int64_t kMostMemory = 16 << 20;

enum class Case : std::uint8_t { counts, does_not_count };

/// One expression that matches where any of these does; joined, they share one automaton.
std::string any_of(std::span<const std::string_view> expressions, Case letters) {
  std::string joined;
  for (const std::string_view expression : expressions) {
    joined.append(joined.empty() ? "" : "|").append(expression);
  }
  return (letters == Case::counts ? "(?:" : "(?i:") + joined + ")";
}

RE2::Options options() {
  RE2::Options options;
  // Headers are bytes, and all the expressions ASCII: no byte of a user agent is without a meaning.
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_never_capture(true);
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  return options;
}

bool finds(const std::unique_ptr<const RE2>& expression, std::string_view text) {
  return expression && RE2::PartialMatch({text.data(), text.size()}, *expression);
}

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

/// uap-core's expressions stay apart from each other, as their bounded repetitions would multiply in one
/// automaton. RE2 needs time linear in the text, whatever that is, because it never backtracks; so it has
/// nothing that would need it (look-around, back references). None of uap-core's Spiders does until now; if
/// one of a later uap-core does, it is refused, which the log says and a test finds.
struct BotDetector::Expressions {
  std::unique_ptr<const RE2> innocents;  ///< null if RE2 does not take it
  std::vector<std::unique_ptr<const RE2>> bots;
  std::unique_ptr<const RE2> engineless_bots;  ///< null if RE2 does not take it
  std::unique_ptr<const RE2> engines;          ///< null if RE2 does not take it
  std::unique_ptr<const RE2> browsers;         ///< null if RE2 does not take it
};

BotDetector::BotDetector() {
  auto expressions = std::make_unique<Expressions>();
  const auto compile = [&](std::string expression) {
    auto compiled = std::make_unique<const RE2>(expression, options());
    if (compiled->ok()) return compiled;
    log::warn("RE2 refuses an expression that tells bots from people; it is left out",
              {{"expression", expression}, {"error", compiled->error()}});
    refused_.push_back(std::move(expression));
    return std::unique_ptr<const RE2>{};
  };
  expressions->innocents = compile(any_of(innocent_expressions(), Case::does_not_count));
  expressions->engineless_bots = compile(any_of(engineless_kind_expressions(), Case::does_not_count));
  const std::string engines = any_of(engine_expressions(), Case::does_not_count);
  expressions->engines = compile(engines);
  const std::string others = any_of(browser_expressions(), Case::does_not_count);
  const std::array<std::string_view, 2> all_browsers{engines, others};
  expressions->browsers = compile(any_of(all_browsers, Case::counts));
  const std::string kinds = any_of(kind_expressions(), Case::does_not_count);
  const std::string crawlers = any_of(crawler_expressions(), Case::counts);
  const std::array<std::string_view, 2> both{kinds, crawlers};
  expressions->bots.push_back(compile(any_of(both, Case::counts)));
  for (const std::string_view spider : spider_expressions()) {
    expressions->bots.push_back(compile(std::string{spider}));
  }
  std::erase(expressions->bots, nullptr);
  expressions_ = std::move(expressions);
}

BotDetector::~BotDetector() = default;

bool BotDetector::is_bot(std::string_view user_agent) const {
  user_agent = user_agent.substr(0, RequestRecord::kMaxUserAgent);
  if (std::none_of(user_agent.begin(), user_agent.end(), is_letter_or_digit)) return false;
  if (expressions_->browsers && !finds(expressions_->browsers, user_agent)) return true;
  std::string text{user_agent};
  if (expressions_->innocents) RE2::GlobalReplace(&text, *expressions_->innocents, "");
  if (std::any_of(expressions_->bots.begin(), expressions_->bots.end(),
                  [&](const auto& bot) { return finds(bot, text); })) {
    return true;
  }
  return !finds(expressions_->engines, user_agent) && finds(expressions_->engineless_bots, text);
}

}  // namespace curt::visits

#include "app/transfer/reading/json/json_scanner.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace curt::app {
namespace {

constexpr std::size_t kMostDepth = 64;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Which bytes end a run that can be stepped over at once.
class ByteSet {
 public:
  explicit constexpr ByteSet(std::string_view bytes) {
    for (const char byte : bytes) has_[static_cast<unsigned char>(byte)] = true;
  }

  [[nodiscard]] constexpr bool has(char byte) const { return has_[static_cast<unsigned char>(byte)]; }

  /// How many bytes of the text come before the first one of these.
  [[nodiscard]] std::size_t before_first(std::string_view text) const {
    const auto found = std::find_if(text.begin(), text.end(), [this](char byte) { return has(byte); });
    return static_cast<std::size_t>(found - text.begin());
  }

 private:
  std::array<bool, 256> has_{};
};

constexpr ByteSet kStructure{"\"{}[]"};
constexpr ByteSet kStringEnds{"\"\\"};
constexpr ByteSet kLiteral{"0123456789+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"};

}  // namespace

/// Where a value's text goes.
class JsonScanner::Sink {
 public:
  Sink(std::string* text, Limits limits) : text_(text), limits_(limits) {}

  void append(std::string_view piece) {
    if (text_ == nullptr || outcome_ != Outcome::taken) return;
    const std::size_t room = limits_.bytes - text_->size();
    text_->append(piece.substr(0, room));
    if (piece.size() > room) outcome_ = Outcome::too_long;
  }

  void see_depth(std::size_t depth) {
    if (text_ == nullptr || depth <= limits_.depth || outcome_ != Outcome::taken) return;
    outcome_ = Outcome::too_deep;
  }

  [[nodiscard]] Outcome outcome() const { return outcome_; }

 private:
  std::string* text_;
  Limits limits_;
  Outcome outcome_ = Outcome::taken;
};

char JsonScanner::next() {
  for (;;) {
    if (rest_.empty() && !fill()) return '\0';
    const std::size_t blanks = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    if (blanks > 0) use(blanks);
    // A zero byte in the text is an error, too, and what is unexpected tells it from the end.
    if (!rest_.empty()) return rest_.front();
  }
}

void JsonScanner::step() { use(1); }

void JsonScanner::skip_mark() {
  if (!rest_.starts_with(kByteOrderMark.front())) return;
  if (rest_.size() < kByteOrderMark.size()) rest_ = in_.peek(kByteOrderMark.size());
  if (rest_.starts_with(kByteOrderMark)) use(kByteOrderMark.size());
}

JsonScanner::Outcome JsonScanner::take(std::string& text, Limits limits) {
  text.clear();
  Sink sink{&text, limits};
  return take_into(sink);
}

bool JsonScanner::skip() {
  Sink sink{nullptr, {}};
  return take_into(sink) == Outcome::taken;
}

std::string JsonScanner::unexpected(std::string_view expected) {
  const char found = next();
  if (!rest_.empty()) {
    const bool printable = found > ' ' && found < '\x7f';
    const std::string shown = printable ? fmt::format("'{}'", found)
                                        : fmt::format("the byte {:02x}", static_cast<unsigned char>(found));
    return fmt::format("line {}: expected {}, found {}", line_, expected, shown);
  }
  if (!in_.failure().empty()) return in_.failure();
  return fmt::format("line {}: the text ends where {} is expected", line_, expected);
}

bool JsonScanner::fill() {
  rest_ = in_.available();
  return !rest_.empty();
}

void JsonScanner::use(std::size_t count) noexcept {
  line_ += static_cast<std::uint64_t>(std::count(rest_.begin(), rest_.begin() + count, '\n'));
  in_.consume(count);
  rest_.remove_prefix(count);
}

JsonScanner::Outcome JsonScanner::take_into(Sink& sink) {
  const char first = next();
  bool taken = false;
  if (first == '"') {
    taken = take_string(sink);
  } else if (first == '{' || first == '[') {
    taken = take_nested(sink);
  } else {
    taken = take_literal(sink);
  }
  return taken ? sink.outcome() : Outcome::failed;
}

bool JsonScanner::take_string(Sink& sink) {
  const std::uint64_t began = line_;
  keep(sink, 1);
  for (;;) {
    if (rest_.empty() && !fill()) {
      return fail(fmt::format("the end of the string that begins in line {}", began));
    }
    const std::size_t run = kStringEnds.before_first(rest_);
    keep(sink, run);
    if (rest_.empty()) continue;
    const bool closes = rest_.front() == '"';
    keep(sink, 1);
    if (closes) return true;
    // What is escaped is no end.
    if (!rest_.empty() || fill()) keep(sink, 1);
  }
}

bool JsonScanner::take_literal(Sink& sink) {
  bool any = false;
  while (!rest_.empty() || fill()) {
    const auto ends = [](char byte) { return !kLiteral.has(byte); };
    const auto run = static_cast<std::size_t>(std::find_if(rest_.begin(), rest_.end(), ends) - rest_.begin());
    any = any || run > 0;
    keep(sink, run);
    if (!rest_.empty()) break;
  }
  return any || fail("a value");
}

bool JsonScanner::take_nested(Sink& sink) {
  const std::uint64_t began = line_;
  std::size_t depth = 0;
  std::uint64_t arrays = 0;  // a bit for each open bracket, as far as there are bits
  do {
    if (rest_.empty() && !fill()) return fail(fmt::format("the end of what begins in line {}", began));
    keep(sink, kStructure.before_first(rest_));
    if (rest_.empty()) continue;
    const char found = rest_.front();
    if (found == '"') {
      if (!take_string(sink)) return false;
      continue;
    }
    const bool is_array = found == '[' || found == ']';
    if (found == '{' || found == '[') {
      sink.see_depth(++depth);
      if (depth <= kMostDepth) arrays = arrays << 1U | (is_array ? 1U : 0U);
    } else {
      if (depth <= kMostDepth) {
        if (((arrays & 1U) != 0) != is_array) return fail(is_array ? "}" : "]");
        arrays >>= 1U;
      }
      --depth;
    }
    keep(sink, 1);
  } while (depth > 0);
  return true;
}

void JsonScanner::keep(Sink& sink, std::size_t count) {
  sink.append(rest_.substr(0, count));
  use(count);
}

bool JsonScanner::fail(std::string_view expected) {
  failure_ = unexpected(expected);
  return false;
}

}  // namespace curt::app

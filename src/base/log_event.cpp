#include "base/log_event.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <variant>

#include <fmt/format.h>

#include "curt/base/enum_names.hpp"
#include "curt/base/json_string.hpp"

namespace curt::log {
namespace {

/// Where a text was cut.
constexpr std::string_view kMark = "…";

std::string_view name_of(Level level) {
  using enum Level;
  static constexpr EnumNames<Level, off> kNames{{trace, "trace"}, {debug, "debug"}, {info, "info"},
                                                {warn, "warn"},   {error, "error"}, {off, "off"}};
  return kNames[level];
}

/// The beginning of the text, of at most so many bytes, none of which is a part of a character.
std::string_view beginning_of(std::string_view text, std::size_t bytes) {
  constexpr std::size_t kLongestCharacter = 4;
  const auto continues = [&text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) >> 6U) == 2U;
  };
  std::size_t end = bytes;
  while (end > 0 && bytes - end < kLongestCharacter - 1 && continues(end)) --end;
  return text.substr(0, continues(end) ? bytes : end);
}

/// Writes the values of an event, texts of at most so many bytes.
class EventWriter {
 public:
  EventWriter(Format format, std::size_t longest_text) : format_(format), longest_text_(longest_text) {}

  std::string write(Level level, std::string_view message, Fields fields) {
    line_.clear();
    format_ == Format::json ? write_json(level, message, fields) : write_text(level, message, fields);
    return std::move(line_);
  }

 private:
  void write_json(Level level, std::string_view message, Fields fields) {
    fmt::format_to(std::back_inserter(line_), "\"level\":\"{}\",\"message\":", name_of(level));
    append_json_string(line_, shortened(message));
    for (const Field& field : fields) {
      line_ += ',';
      append_json_string(line_, field.key);
      line_ += ':';
      if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        append_json_string(line_, shortened(*text));
      } else {
        append_number(field.value);
      }
    }
  }

  void write_text(Level level, std::string_view message, Fields fields) {
    fmt::format_to(std::back_inserter(line_), "{:<5} ", name_of(level));
    append_terminal_safe(line_, shortened(message));
    for (const Field& field : fields) {
      line_ += ' ';
      append_text_value(line_, field.key);
      line_ += '=';
      if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        append_text_value(line_, shortened(*text));
      } else {
        append_number(field.value);
      }
    }
  }

  /// The text, cut if it is too long; to be used before the next one.
  std::string_view shortened(std::string_view text) {
    if (text.size() <= longest_text_) return text;
    cut_.assign(beginning_of(text, longest_text_)).append(kMark);
    return cut_;
  }

  void append_number(const Field::Value& value) {
    const auto append = [this](const auto& number) {
      fmt::format_to(std::back_inserter(line_), "{}", number);
    };
    const auto* real = std::get_if<double>(&value);
    if (real != nullptr && !std::isfinite(*real)) {
      line_ += "null";
    } else {
      std::visit(append, value);
    }
  }

  Format format_;
  std::size_t longest_text_;
  std::string line_;
  std::string cut_;
};

}  // namespace

std::string log_event(Format format, Level level, std::string_view message, Fields fields, std::size_t most) {
  const auto with_texts_of = [&](std::size_t bytes) {
    return EventWriter{format, bytes}.write(level, message, fields);
  };
  std::string line = with_texts_of(std::string_view::npos);
  if (line.size() <= most) return line;
  // The longest beginnings of the texts that fit; escapes make them longer, each in its own way.
  std::size_t fits = 0;
  std::size_t too_long = most;
  line = with_texts_of(fits);
  while (fits + 1 < too_long) {
    const std::size_t middle = fits + (too_long - fits) / 2;
    std::string longer = with_texts_of(middle);
    if (longer.size() > most) {
      too_long = middle;
    } else {
      fits = middle;
      line = std::move(longer);
    }
  }
  return line;
}

}  // namespace curt::log

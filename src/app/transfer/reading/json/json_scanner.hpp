#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/transfer/reading/decoded_input.hpp"

namespace curt::app {

/// Steps over the values of a text of JSON without building them: by their brackets and quotes alone. A
/// value's text may be kept, for a real parser. nlohmann's parser would have to read each document to its end
/// in one call. Blocks.
class JsonScanner {
 public:
  /// What was taken, or why not all of it was; where it failed it is over, and failure() says more.
  enum class Outcome { taken, too_long, too_deep, failed };

  /// Of a value whose text is kept.
  struct Limits {
    std::size_t bytes = 0;
    std::size_t depth = 0;  ///< at most 64
  };

  explicit JsonScanner(DecodedInput& in) : in_(in) {}

  /// The character that is next past white space, which is stepped over; '\0' at the end of the text.
  [[nodiscard]] char next();

  /// Whether next() has met the end of the text, or a failure to read it.
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  /// Why the text could not be read; empty where it could.
  [[nodiscard]] const std::string& read_failure() const noexcept { return in_.failure(); }

  /// Steps over the character that next() gave.
  void step();

  /// Steps over a byte order mark, as there is one where files were put together.
  void skip_mark();

  /// Steps over the value that is next, keeping its text. Of one that exceeds the limits only the beginning
  /// is kept.
  [[nodiscard]] Outcome take(std::string& text, Limits limits);

  /// Steps over the value that is next.
  [[nodiscard]] bool skip();

  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }  ///< counts from 1

  /// "line 3: expected a comma, found 'x'", or that the text ends there, or why it could not be read.
  [[nodiscard]] std::string unexpected(std::string_view expected);

  /// What take() or skip() met.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  class Sink;

  bool fill();
  void use(std::size_t count) noexcept;
  Outcome take_into(Sink& sink);
  bool take_string(Sink& sink);
  bool take_literal(Sink& sink);
  bool take_nested(Sink& sink);
  void keep(Sink& sink, std::size_t count);
  bool fail(std::string_view expected);

  DecodedInput& in_;
  std::string_view rest_;  ///< what is there and not yet used
  std::uint64_t line_ = 1;
  std::string failure_;
};

}  // namespace curt::app

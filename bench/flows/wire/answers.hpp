#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flows {

/// An answer as far as it is looked at. It points into the connection that got it, until that one's next
/// exchange.
struct Answer {
  unsigned status = 0;
  std::string_view location{};
  std::string_view body{};
};

/// Each says what is wrong with an answer, as it is counted in the report ("503", "wrong Location"); nothing
/// where it is as it should be.
[[nodiscard]] std::string judge_redirect(const Answer& answer, std::string_view target);
/// Puts the new link's code into `code`.
[[nodiscard]] std::string judge_create(const Answer& answer, std::string_view target, std::string& code);
[[nodiscard]] std::string judge_statistics(const Answer& answer, std::string_view code);

/// The figures of a page of statistics, of one link or of all.
struct VisitFigures {
  std::uint64_t total = 0, in_flight = 0, dropped = 0, unaccounted = 0;
};
[[nodiscard]] std::optional<VisitFigures> figures_in(std::string_view body);

/// What an error says about itself: the detail of problem+json; else its status.
[[nodiscard]] std::string describe(const Answer& answer);

}  // namespace flows

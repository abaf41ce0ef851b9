#include "app/transfer/reading/form/column_choices.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "curt/base/text.hpp"

#include "app/transfer/reading/form/form_words.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kMostColumns = 1000;

Error wrong(const std::string& why) { return {ErrorCode::invalid_value, "--map: " + why}; }

std::string all_names() {
  std::string names;
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (i > 0) names += ", ";
    names += name_of(static_cast<Column>(i));
  }
  return names;
}

result<ColumnChoice> parse_choice(std::string_view text) {
  const std::size_t sign = text.find('=');
  const std::string_view left = trim_blanks(text.substr(0, sign));
  if (sign == std::string_view::npos) {
    return wrong(fmt::format("\"{}\" is not COLUMN=NUMBER or COLUMN=NAME", shown(text)));
  }
  const auto column = column_from(left);
  if (!column) return wrong(fmt::format("\"{}\" is none of {}", shown(left), all_names()));
  ColumnChoice choice{*column, 0, {}};
  const std::string_view right = trim_blanks(text.substr(sign + 1));
  if (right.empty()) return wrong(fmt::format("{}= needs a number or a name, or none", left));
  if (right == "none") return choice;
  if (right.find_first_not_of("0123456789") != std::string_view::npos) {
    choice.name = right;
    return choice;
  }
  const auto [end, error] = std::from_chars(right.data(), right.data() + right.size(), choice.number);
  if (error != std::errc{} || choice.number == 0 || choice.number > kMostColumns) {
    return wrong(fmt::format("{}={} must be a number from 1 to {}", left, shown(right), kMostColumns));
  }
  return choice;
}

}  // namespace

result<std::vector<ColumnChoice>> parse_column_choices(const std::vector<std::string>& texts) {
  std::vector<ColumnChoice> choices;
  for (const std::string& text : texts) {
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      auto choice = parse_choice(rest.substr(0, end));
      if (!choice) return choice.error();
      const bool repeated = std::any_of(choices.begin(), choices.end(), [&](const ColumnChoice& earlier) {
        return earlier.column == choice->column;
      });
      if (repeated) return wrong(fmt::format("{} is given twice", name_of(choice->column)));
      choices.push_back(*std::move(choice));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return choices;
}

}  // namespace curt::app

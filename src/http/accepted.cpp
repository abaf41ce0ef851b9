#include "http/accepted.hpp"

#include <algorithm>

#include <boost/beast/core/string.hpp>

#include "curt/base/text.hpp"

namespace curt::http {
namespace {

using boost::beast::iequals;

/// Takes off the front what stands before the separator, which is none within quotation marks (RFC 9110,
/// section 5.6.4), and the separator.
std::string_view take_part(std::string_view& rest, char separator) noexcept {
  bool is_quoted = false;
  std::size_t end = 0;
  for (; end < rest.size(); ++end) {
    const char c = rest[end];
    if (is_quoted && c == '\\') {
      ++end;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && c == separator) {
      break;
    }
  }
  end = std::min(end, rest.size());
  const std::string_view part = trim_blanks(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// A weight in thousandths. What follows the third digit is dropped, but no weight above 0 becomes 0.
unsigned weight_of(std::string_view text) noexcept {
  constexpr unsigned kFull = 1000;
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  if ((whole.empty() && fraction.empty()) || !std::ranges::all_of(whole, is_digit) ||
      !std::ranges::all_of(fraction, is_digit)) {
    return kFull;
  }
  if (whole.find_first_not_of('0') != std::string_view::npos) return kFull;
  unsigned weight = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    weight = weight * 10 + (i < fraction.size() ? static_cast<unsigned>(fraction[i] - '0') : 0U);
  }
  const bool is_none = fraction.find_first_not_of('0') == std::string_view::npos;
  return is_none ? 0 : std::max(weight, 1U);
}

std::string_view without_quotes(std::string_view text) noexcept {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2)
                                                                       : text;
}

}  // namespace

std::optional<Accepted> AcceptedReader::next() noexcept {
  while (!rest_.empty()) {
    std::string_view member = take_part(rest_, ',');
    Accepted accepted;
    accepted.name = take_part(member, ';');
    if (accepted.name.empty()) continue;
    while (!member.empty()) {
      const std::string_view parameter = take_part(member, ';');
      const std::size_t sign = std::min(parameter.find('='), parameter.size());
      const std::string_view name = trim_blanks(parameter.substr(0, sign));
      if (iequals(name, "q")) {
        const std::string_view value = trim_blanks(parameter.substr(std::min(sign + 1, parameter.size())));
        accepted.weight = weight_of(without_quotes(value));
      } else if (!name.empty() && !iequals(name, "charset")) {
        accepted.has_parameters = true;
      }
    }
    return accepted;
  }
  return std::nullopt;
}

}  // namespace curt::http

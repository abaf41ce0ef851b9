#include "app/settings/settings_text.hpp"

#include <algorithm>
#include <numeric>

#include "curt/base/json_string.hpp"
#include "curt/base/text.hpp"

namespace curt::app {
namespace {

/// scheme://user:SECRET@host, also without the scheme, or with a part of the ://. A password may hold what
/// should have been escaped, so that the last @ counts.
void mask_userinfo(std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos) return;
  const std::size_t slashes = text.find("://");
  const std::size_t begin = slashes < at ? slashes + 3 : 0;
  const std::size_t colon = text.find(':', begin);
  if (colon < at) {
    text.replace(colon + 1, at - colon - 1, "***");
  } else if (text.find_first_of("/?#@", begin) < at) {  // no name of a user has these
    text.replace(begin, at - begin, "***");
  }
}

/// scheme://user:SECRET, of which the end is missing: no port has other characters than digits.
void mask_port(std::string& text) {
  const std::size_t slashes = text.find("://");
  if (slashes == std::string::npos || text.find('@') != std::string::npos) return;
  const std::size_t colon = text.find(':', slashes + 3);
  if (colon == std::string::npos || text.find_first_of("[/?#", slashes + 3) < colon) return;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", colon + 1), text.size());
  if (end < text.size() && text[end] != '/') text.replace(colon + 1, std::string::npos, "***");
}

/// password=SECRET, up to & or a space, or the whole of a quoted one.
void mask_parameters(std::string& text) {
  constexpr std::string_view kKey = "password=";
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::size_t from = 0;
  while ((from = lower.find(kKey, from)) != std::string::npos) {
    from += kKey.size();
    const bool quoted = lower.compare(from, 1, "'") == 0;
    const std::size_t end = quoted ? std::string::npos : lower.find_first_of("& \t", from);
    const std::size_t length = end == std::string::npos ? text.size() - from : end - from;
    text.replace(from, length, "***");
    lower.replace(from, length, "***");
  }
}

/// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> items;
  if (trim_blanks(text).empty() || trim_blanks(text) == "none") return items;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    items.push_back(trim_blanks(text.substr(from, comma - from)));
    from = comma + 1;
  }
  return items;
}

std::string mask_passwords(std::string_view text) {
  std::string masked{text};
  mask_userinfo(masked);
  mask_port(masked);
  mask_parameters(masked);
  return masked;
}

std::string refuse(std::string_view text, std::string_view why) {
  constexpr std::size_t kLongest = 120;
  std::string shown = mask_passwords(text);
  if (shown.size() > kLongest) shown.replace(kLongest, std::string::npos, "...");
  std::string message;
  log::append_text_quoted(message, shown);
  message += ' ';
  message += why;
  return message;
}

std::string nearest_name(std::string_view typed, const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 64;  // longer ones are no typing mistake, and would cost time
  std::string nearest;
  if (typed.size() > kLongest) return nearest;
  std::size_t least = std::max<std::size_t>(2, typed.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t changes = distance(typed, name);
    if (changes < least) {
      least = changes;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace curt::app

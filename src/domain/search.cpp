#include "curt/domain/search.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "curt/base/text.hpp"
#include "curt/domain/code_in_text.hpp"
#include "curt/domain/target_url.hpp"
#include "curt/domain/typed_code.hpp"
#include "curt/domain/unicode/text_forms.hpp"

#include "domain/readable_url.hpp"
#include "domain/unicode/invisible.hpp"

namespace curt {
namespace {

/// Ends each line of a searched text. Nobody can search for it: a query has no control characters.
constexpr char kLineEnd = '\n';

/// Adds the text unless what has it has `part` too, and takes out what it is a part of: a text that has the
/// longer one has the shorter one.
void add_part(std::vector<std::string>& parts, std::string part) {
  if (part.empty()) return;
  const auto has = [](const std::string& text, const std::string& some) {
    return text.find(some) != std::string::npos;
  };
  for (const std::string& other : parts) {
    if (has(part, other)) return;
  }
  std::erase_if(parts, [&](const std::string& other) { return has(other, part); });
  parts.push_back(std::move(part));
}

/// The URL that somebody means who leaves the scheme out.
result<TargetUrl> url_of(std::string_view typed, std::string_view base_url) {
  if (typed.find("://") != std::string_view::npos) return TargetUrl::parse(typed);
  const std::string_view scheme = base_url.substr(0, base_url.find("://"));
  return TargetUrl::parse(std::string{scheme}.append("://").append(typed));
}

/// Host and port as they stand there, and the path.
struct Place {
  std::string_view host;
  std::string_view path;
};

/// A port that goes without saying is in none of them: somebody may have typed http:// for https://.
Place place_of(const TargetUrl& url) noexcept {
  std::string_view text = url.str();
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kSecure = "https://";
  text.remove_prefix(text.starts_with(kPlain) ? kPlain.size() : kSecure.size());
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view host = text.substr(0, slash);
  host.remove_prefix(host.rfind('@') + 1);  // npos + 1 is 0
  const std::string_view path = text.substr(slash);
  return {host, path.substr(0, path.find_first_of("?#"))};
}

/// The codes that the short URL may name: what follows a code may be a part of it, or of the text around it.
/// None where it is none of ours.
std::vector<ShortCode> codes_of(std::string_view typed, std::string_view base_url) {
  if (base_url.empty()) return {};
  const auto base = TargetUrl::parse(base_url);
  const auto url = url_of(typed, base_url);
  if (!base || !url) return {};
  const Place place = place_of(*url);
  if (place.host != place_of(*base).host) return {};
  const std::string path = readable_url(trim(place.path, "/"));
  std::vector<ShortCode> codes;
  const auto add = [&codes](std::string_view text) {
    const auto code = typed_code(text);
    if (code && std::ranges::find(codes, *code) == codes.end()) codes.push_back(*code);
  };
  add(path);
  if (const auto found = code_in_text(path)) {
    for (const std::size_t end : {found->end_with_dots, found->end}) {
      add(std::string_view{path}.substr(found->begin, end - found->begin));
    }
  }
  return codes;
}

constexpr std::string_view kCapitalDottedI = "\u0130";
constexpr std::string_view kDotAbove = "\u0307";

/// The text folded, and without the dot above an "i", which the Turkish capital has: folded alone, that
/// leaves the dot behind the letter, and nobody types one.
std::string folded(std::string_view text) {
  if (text.find(kCapitalDottedI) == std::string_view::npos &&
      text.find(kDotAbove) == std::string_view::npos) {
    return unicode::folded(text);
  }
  std::string without_dots;
  while (!text.empty()) {
    const bool is_i = text.front() == 'i' || text.front() == 'I';
    const bool has_dot = is_i && text.substr(1).starts_with(kDotAbove);
    const bool is_dotted = text.starts_with(kCapitalDottedI);
    without_dots += is_dotted ? 'i' : text.front();
    text.remove_prefix(is_dotted ? kCapitalDottedI.size() : has_dot ? 1 + kDotAbove.size() : 1);
  }
  return unicode::folded(without_dots);
}

}  // namespace

std::string searched_text(std::string_view code, std::string_view target, std::string_view title) {
  const std::string readable = readable_url(target);
  std::string text = folded(code);
  text += kLineEnd;
  text += folded(target);
  text += kLineEnd;
  if (readable != target) {
    text += folded(readable);
    text += kLineEnd;
  }
  text += folded(title);
  return text;
}

Search Search::of(std::string_view typed, std::string_view base_url) {
  Search search;
  const std::string_view text = unicode::trim_invisible(typed);
  if (text.empty()) return search;
  add_part(search.parts_, folded(text));
  add_part(search.parts_, folded(readable_url(text)));
  if (const auto url = TargetUrl::parse(text)) add_part(search.parts_, folded(url->str()));
  for (const ShortCode& code : codes_of(text, base_url)) {
    search.beginnings_.push_back(folded(code.view()) + kLineEnd);
  }
  return search;
}

Search Search::from_text(std::string_view text) {
  Search search;
  bool is_beginning = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kLineEnd), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.empty()) {
      is_beginning = false;
    } else if (is_beginning) {
      search.beginnings_.push_back(std::string{line} + kLineEnd);
    } else {
      search.parts_.emplace_back(line);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return search;
}

std::string Search::text() const {
  if (empty()) return {};
  std::string text;
  for (const std::string& beginning : beginnings_) text += beginning;
  text += kLineEnd;
  for (const std::string& part : parts_) text.append(part).append(1, kLineEnd);
  return text;
}

bool Search::finds(std::string_view searched) const noexcept {
  if (empty()) return true;
  const auto begins = [searched](const std::string& beginning) { return searched.starts_with(beginning); };
  const auto holds = [searched](const std::string& part) {
    return searched.find(part) != std::string_view::npos;
  };
  return std::ranges::any_of(beginnings_, begins) || std::ranges::any_of(parts_, holds);
}

bool Search::finds(const Link& link) const {
  return empty() || finds(searched_text(link.code.view(), link.target.str(), link.title.value_or("")));
}

}  // namespace curt

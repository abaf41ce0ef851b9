#include "cache/redis/links/link_value.hpp"

#include <charconv>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "curt/base/utf8.hpp"
#include "curt/links/link_rules.hpp"

namespace curt::cache {
namespace {

using links::CacheEntry;
using links::RedirectLink;
using Kind = CacheEntry::Kind;

std::string time_word(const std::optional<Timestamp>& time) {
  return time ? fmt::format("{}", time->time_since_epoch().count()) : "-";
}

/// Whether status and target are all that an answer needs, as long as the key lives.
bool is_for_the_edge(const LinkSettings& settings, Timestamp ends_at) {
  return settings.enabled && !settings.forward_query && !settings.not_before && !settings.max_visits &&
         (!settings.expires_at || *settings.expires_at >= ends_at);
}

/// Cuts the next word and the space behind it off the front.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

/// A number as we write it: no sign but a minus, no leading zero.
std::optional<std::int64_t> number_from(std::string_view word) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  if (fmt::format_int{number}.size() != word.size()) return std::nullopt;
  return number;
}

/// False where the word is neither a time nor `-`.
bool read_time(std::string_view word, std::optional<Timestamp>& time) {
  if (word == "-") return true;
  const auto number = number_from(word);
  if (!number) return false;
  const Timestamp given{std::chrono::milliseconds{*number}};
  if (given > kLatestTimestamp || given < Timestamp{-kLatestTimestamp.time_since_epoch()}) return false;
  time = given;
  return true;
}

std::string flags_of(const LinkSettings& settings) {
  std::string flags{settings.enabled ? "" : "d"};
  if (settings.forward_query) flags += 'f';
  if (settings.max_visits) flags += fmt::format("m{}", *settings.max_visits);
  return flags.empty() ? "-" : flags;
}

bool take_flag(std::string_view& flags, char flag) {
  const bool there = flags.starts_with(flag);
  if (there) flags.remove_prefix(1);
  return there;
}

/// False where the word is not one that flags_of() makes.
bool read_flags(std::string_view flags, LinkSettings& settings) {
  if (flags == "-") return true;
  if (flags.empty()) return false;
  settings.enabled = !take_flag(flags, 'd');
  settings.forward_query = take_flag(flags, 'f');
  if (!take_flag(flags, 'm')) return flags.empty();
  settings.max_visits = number_from(flags);
  return settings.max_visits && *settings.max_visits >= 1 && *settings.max_visits <= links::kMaxMaxVisits;
}

bool read_settings(std::string_view& rest, std::string_view flags, LinkSettings& settings) {
  return read_flags(flags, settings) && read_time(take_word(rest), settings.not_before) &&
         read_time(take_word(rest), settings.expires_at);
}

bool read_title(std::string_view text, std::optional<std::string>& title) {
  if (text.empty() || !is_utf8(text)) return false;
  title = std::string{text};
  return links::check_title(title).has_value();
}

std::optional<CacheEntry> decode_link(std::string_view value, std::int64_t version, std::string_view edge,
                                      std::string_view status, std::string_view flags,
                                      std::string_view rest) {
  RedirectLink link;
  link.version = version;
  const auto redirect = redirect_status_from(number_from(status).value_or(0));
  if (!redirect) return std::nullopt;
  link.settings.redirect_status = *redirect;
  if (!read_settings(rest, flags, link.settings)) return std::nullopt;

  const std::string_view target = take_word(rest);
  const bool titled = target.data() + target.size() != value.data() + value.size();
  if (titled && !read_title(rest, link.title)) return std::nullopt;
  auto checked = TargetUrl::parse(target);
  if (!checked || checked->str() != target) return std::nullopt;
  link.target = target;

  const bool for_the_edge = edge == status;
  const bool may_be = is_for_the_edge(link.settings, Timestamp::min());
  // One that may expire is not for the edge once it has.
  const bool must_be = may_be && !link.settings.expires_at;
  if ((!for_the_edge && edge != "0") || (for_the_edge && !may_be) || (!for_the_edge && must_be))
    return std::nullopt;
  return CacheEntry{Kind::found, std::make_shared<const RedirectLink>(std::move(link)), version};
}

}  // namespace

std::string link_key(const ShortCode& code) { return fmt::format("curt:l:{}", code.view()); }

std::string encode_link_value(const CacheEntry& entry, Timestamp ends_at) {
  if (entry.kind == Kind::not_found) return "0 0 0 n - - -";
  if (entry.kind == Kind::gone) return fmt::format("{} 0 0 g - - -", entry.version);
  const RedirectLink& link = *entry.link;
  const LinkSettings& settings = link.settings;
  const auto status = static_cast<int>(settings.redirect_status);
  std::string value = fmt::format(
      "{} {} {} {} {} {} {}", entry.version, is_for_the_edge(settings, ends_at) ? status : 0, status,
      flags_of(settings), time_word(settings.not_before), time_word(settings.expires_at), link.target);
  if (link.title) value.append(" ").append(*link.title);
  return value;
}

bool is_forgotten_value(std::string_view value) {
  const std::size_t end = value.find(' ');
  return end != std::string_view::npos && value.substr(end) == kForgottenValue &&
         number_from(value.substr(0, end)).value_or(-1) >= 0;
}

std::optional<CacheEntry> decode_link_value(std::string_view value) {
  std::string_view rest = value;
  const auto version = number_from(take_word(rest));
  if (!version || *version < 0) return std::nullopt;
  const std::string_view edge = take_word(rest);
  const std::string_view status = take_word(rest);
  const std::string_view flags = take_word(rest);
  if (flags == "n" || flags == "g") {
    const bool none = flags == "n";
    if (edge != "0" || status != "0" || rest != "- - -" || (none != (*version == 0))) return std::nullopt;
    return CacheEntry{none ? Kind::not_found : Kind::gone, nullptr, *version};
  }
  if (*version == 0) return std::nullopt;
  return decode_link(value, *version, edge, status, flags, rest);
}

}  // namespace curt::cache

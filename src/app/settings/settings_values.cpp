#include "app/settings/settings_values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "curt/base/units.hpp"

#include "app/settings/settings_text.hpp"

namespace curt::app {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string format_number(std::uint64_t number) { return fmt::format("{}", number); }

std::string format_milliseconds(std::uint64_t count) {
  return format_duration(std::chrono::milliseconds{static_cast<std::int64_t>(count)});
}

std::uint64_t count_of(std::uint64_t number) { return number; }
std::uint64_t count_of(std::chrono::milliseconds time) { return static_cast<std::uint64_t>(time.count()); }

/// The value, if it could be read and is within the row's bounds, which `format` writes; else the refusal.
/// `otherwise` says what is wrong with a text that could not be read.
template <class Value, class Format>
std::optional<Value> checked(const Setting& setting, std::string_view text, std::optional<Value> value,
                             std::string_view otherwise, Format format, Refusal& why) {
  if (!value) {
    why = refuse(text, otherwise);
  } else if (const std::uint64_t count = count_of(*value); count < setting.min || count > setting.max) {
    why = refuse(text, fmt::format("is not between {} and {}", format(setting.min), format(setting.max)));
    value.reset();
  }
  return value;
}

/// One of a list of words; else the refusal, which lists them.
template <class Value, std::size_t N>
Refusal set_word(std::string_view text, const std::array<std::pair<std::string_view, Value>, N>& words,
                 Value& field) {
  std::string all;
  for (const auto& [word, value] : words) {
    if (word == text) {
      field = value;
      return std::nullopt;
    }
    all += fmt::format("{}{}", all.empty() ? "" : ", ", word);
  }
  return refuse(text, fmt::format("is none of {}", all));
}

/// Whether the first is all addresses of a family, and the second one of these, on the same port. Both cannot
/// be listened on. IPv6 and IPv4 go together: a socket of IPv6 takes no IPv4 here.
bool includes(const ListenAddress& all, const ListenAddress& one) {
  return all.port == one.port && all.address.is_unspecified() && all.address.is_v4() == one.address.is_v4();
}

/// Adds the addresses of the list, of which none is there twice.
Refusal read_addresses(std::string_view text, std::vector<ListenAddress>& addresses) {
  for (const std::string_view item : split_list(text)) {
    const auto address = parse_listen_address(item);
    if (!address) return refuse(item, "is not an address such as 127.0.0.1:8080");
    if (const auto clash = clash_of(*address, addresses)) return refuse(item, *clash);
    addresses.push_back(*address);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> clash_of(const ListenAddress& address, const std::vector<ListenAddress>& others,
                                    std::string_view where) {
  if (address.port == 0) return std::nullopt;  // each is given another port
  if (std::ranges::find(others, address) != others.end()) {
    return where.empty() ? "is named twice" : fmt::format("is named twice, here and {}", where);
  }
  const std::string named = where.empty() ? "named" : fmt::format("named {}", where);
  for (const ListenAddress& other : others) {
    if (includes(address, other)) {
      return fmt::format("includes {}, which is {} too; name one of them", to_string(other), named);
    }
    if (includes(other, address)) {
      return fmt::format("is included in {}, which is {} too; name one of them", to_string(other), named);
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_number(const Setting& setting, std::string_view text, Refusal& why) {
  const std::string otherwise = fmt::format("is not a whole number from {} to {}", setting.min, setting.max);
  return checked(setting, text, parse_number(text), otherwise, format_number, why);
}

std::optional<std::uint64_t> read_power_of_two(const Setting& setting, std::string_view text, Refusal& why) {
  std::optional<std::uint64_t> number = read_number(setting, text, why);
  if (number && !std::has_single_bit(*number)) {
    why = refuse(text, fmt::format("is not a power of two, such as {}", std::bit_ceil(*number)));
    number.reset();
  }
  return number;
}

std::optional<std::uint64_t> read_bytes(const Setting& setting, std::string_view text, Refusal& why) {
  constexpr std::string_view kOtherwise = "is not a number of bytes such as 256MiB, 64KiB or 1024";
  return checked(setting, text, parse_bytes(text), kOtherwise, format_bytes, why);
}

std::optional<Settings::Duration> read_duration(const Setting& setting, std::string_view text, Refusal& why) {
  constexpr std::string_view kOtherwise = "is not a duration such as 500ms, 10s, 2m, 24h or 7d";
  return checked(setting, text, parse_duration(text), kOtherwise, format_milliseconds, why);
}

std::optional<limits::Quota> read_quota(const Setting& /*setting*/, std::string_view text, Refusal& why) {
  const result<limits::Quota> quota = limits::parse_quota(text);
  if (quota) return *quota;
  why = refuse(text, quota.error().detail);
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_files(const Setting& /*setting*/, std::string_view text,
                                                   Refusal& why) {
  std::vector<std::string> files;
  for (const std::string_view item : split_list(text)) {
    if (item.empty()) {
      why = refuse(text, "has a comma beside which no file or folder is named");
      return std::nullopt;
    }
    if (std::ranges::find(files, item) == files.end()) files.emplace_back(item);
  }
  return files;
}

std::optional<bool> read_bool(const Setting& /*setting*/, std::string_view text, Refusal& why) {
  for (const std::string_view yes : {"true", "on", "yes", "1"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "off", "no", "0"}) {
    if (text == no) return false;
  }
  why = refuse(text, "is neither true, on, yes or 1 nor false, off, no or 0");
  return std::nullopt;
}

Refusal set_listen(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  std::vector<ListenAddress> addresses;
  if (auto refusal = read_addresses(text, addresses)) return refusal;
  if (addresses.empty()) return refuse(text, "is not an address such as 127.0.0.1:8080");
  settings.listen = std::move(addresses);
  return std::nullopt;
}

Refusal set_worker_listen(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  std::vector<ListenAddress> addresses;
  if (auto refusal = read_addresses(text, addresses)) return refusal;
  settings.worker_listen = std::move(addresses);
  return std::nullopt;
}

Refusal set_metrics_listen(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  std::vector<ListenAddress> addresses;
  if (auto refusal = read_addresses(text, addresses)) return refusal;
  settings.metrics_listen = std::move(addresses);
  return std::nullopt;
}

Refusal set_auth(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  constexpr std::array<std::pair<std::string_view, std::optional<AuthMode>>, 3> kWords{
      {{"auto", std::nullopt}, {"open", AuthMode::open}, {"keys", AuthMode::keys}}};
  return set_word(text, kWords, settings.auth);
}

Refusal set_trusted_proxies(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  NetworkSet networks;
  for (const std::string_view item : split_list(text)) {
    if (!networks.add(item)) return refuse(item, "is not an address or a network such as 10.0.0.0/8");
  }
  settings.trusted_proxies = std::move(networks);
  return std::nullopt;
}

Refusal set_data_dir(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  if (text.empty() || text == "none") return refuse(text, "names no folder");
  settings.data_dir = text;
  return std::nullopt;
}

Refusal set_ring_dir(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  settings.ring_dir.reset();
  if (text != "auto") settings.ring_dir = text == "none" ? "" : text;
  return std::nullopt;
}

Refusal set_client_share(const Setting& setting, std::string_view text, Settings& settings) {
  double share = 0;
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), share, std::chars_format::fixed);
  const auto least = static_cast<double>(setting.min);
  const auto most = static_cast<double>(setting.max);
  if (failed != std::errc{} || end != text.data() + text.size() || !(share >= least && share <= most)) {
    return refuse(text, fmt::format("is not a part from {} to {}, such as 0.25", setting.min, setting.max));
  }
  settings.client_share = share;
  return std::nullopt;
}

Refusal set_drain_delay(const Setting& setting, std::string_view text, Settings& settings) {
  Refusal why;
  std::optional<Settings::Duration> delay;
  if (text != "auto") delay = read_duration(setting, text, why);
  if (!why) settings.drain_delay = delay;
  return why;
}

Refusal set_visit_ip(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  constexpr std::array<std::pair<std::string_view, visits::VisitIp>, 2> kWords{
      {{"truncate", visits::VisitIp::truncate}, {"none", visits::VisitIp::none}}};
  return set_word(text, kWords, settings.visit_ip);
}

Refusal set_log_level(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  using enum log::Level;
  constexpr std::array<std::pair<std::string_view, log::Level>, 6> kLevels{
      {{"trace", trace}, {"debug", debug}, {"info", info}, {"warn", warn}, {"error", error}, {"off", off}}};
  return set_word(text, kLevels, settings.log_level);
}

Refusal set_log_format(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  constexpr std::array<std::pair<std::string_view, log::Format>, 3> kFormats{
      {{"auto", log::Format::automatic}, {"json", log::Format::json}, {"text", log::Format::text}}};
  return set_word(text, kFormats, settings.log_format);
}

}  // namespace curt::app

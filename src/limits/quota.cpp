#include "curt/limits/quota.hpp"

#include <charconv>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "curt/base/units.hpp"

namespace curt::limits {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [read_to, error] = std::from_chars(begin, end, number);
  if (error != std::errc{} || read_to != end) return std::nullopt;
  return number;
}

Error refused(std::string why) { return {ErrorCode::invalid_value, std::move(why), {}, {}}; }

}  // namespace

result<Quota> parse_quota(std::string_view text) {
  if (text == "0") return Quota{};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return refused("is not a number of requests and a time, such as 60/1m, or 0 for no limit");
  }
  const auto requests = parse_number(text.substr(0, slash));
  const auto window = parse_duration(text.substr(slash + 1));
  if (!requests) return refused("does not begin with a whole number of requests, as 60/1m does");
  if (!window) return refused("does not end with a time, as 60/1m, 1000/1h and 20/1s do");
  if (*requests == 0 || *requests > Quota::kMostRequests) {
    return refused(
        fmt::format("has not between 1 and {} requests; 0 alone is no limit", Quota::kMostRequests));
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*window);
  if (seconds < std::chrono::seconds{1} || seconds > Quota::kLongestWindow || seconds != *window) {
    return refused("has not a time of whole seconds, from 1s to 1d");
  }
  if (*requests > static_cast<std::uint64_t>(seconds.count()) * Quota::kMostPerSecond) {
    return refused(fmt::format("is more than {} requests a second", Quota::kMostPerSecond));
  }
  return Quota{static_cast<std::uint32_t>(*requests), seconds};
}

std::string to_string(const Quota& quota) {
  if (quota.is_off()) return "0";
  return fmt::format("{}/{}", quota.requests, format_duration(quota.window));
}

}  // namespace curt::limits

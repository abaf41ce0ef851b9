#include <charconv>

#include <fmt/format.h>

#include "app/settings/settings_text.hpp"
#include "app/settings/settings_values.hpp"

namespace curt::app {

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

}  // namespace curt::app

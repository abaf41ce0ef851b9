// Targets: what is accepted is a printable http URL within its limit and its own normal form.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "curt/domain/target_url.hpp"

#include "fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using curt::fuzz::require;
  const auto url = curt::TargetUrl::parse({reinterpret_cast<const char*>(data), size});
  if (!url) {
    require(url.error().code == curt::ErrorCode::invalid_value, "a refusal of the value");
    require(!url.error().fields.empty() && url.error().fields.front().field == "url",
            "a refusal that names the field");
    require(!url.error().fields.front().message.empty(), "a refusal with a reason");
    return 0;
  }
  const std::string_view text = url->str();
  require(text.size() <= curt::TargetUrl::kMaxBytes, "within the limit");
  require(text.starts_with("http://") || text.starts_with("https://"), "http or https");
  require(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }),
          "printable ASCII");
  require(!url->host().empty(), "a host");
  require(url->host().find_first_of("/?#@\\") == std::string_view::npos, "a host and nothing else");
  require(url->port() != 0 || text.find(":0") != std::string_view::npos, "a port");
  const auto again = curt::TargetUrl::parse(text);
  require(again.has_value(), "accepted again");
  require(*again == *url, "its own normal form");
  require(again->host() == url->host() && again->port() == url->port(), "the same host and port");
  return 0;
}

// Lines of lists of hosts: what is taken from one is a host as links have it, which the line then blocks, and
// whose warnings can be told.
#include <cstdint>
#include <string>
#include <string_view>

#include "curt/domain/target_url.hpp"
#include "curt/limits/hosts/host_warnings.hpp"

#include "fuzz/require.hpp"
#include "limits/blocklist/list_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using curt::fuzz::require;
  using namespace curt::limits;
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  bool took = false;
  const LineKind kind = read_list_line(line, [&took](std::string_view host, Reach reach) {
    took = true;
    require(!host.empty() && host.size() <= HostSet::kMaxHost, "a length within the limits");
    HostSet hosts;
    require(hosts.add(host, reach), "the first of its kind");
    require(hosts.match(HostKey{host}.view()).has_value(), "found as it was added");
    // A name in punycode that means nothing is taken, and matches no link.
    const auto target = curt::TargetUrl::parse("http://" + std::string{host} + "/");
    if (!target) return require(host.find("xn--") != std::string_view::npos, "a host that a link may have");
    require(hosts.match(HostKey{target->host()}.view()).has_value() ||
                host.find("xn--") != std::string_view::npos,
            "found as a link has it");
    (void)warnings_of(target->host());
  });
  require(took || kind != LineKind::entry, "an entry names a host");
  return 0;
}

#include "limits/hosts/shorteners.hpp"

#include "curt/domain/data_lines.hpp"
#include "curt/limits/blocklist/host_set.hpp"

extern "C" {
extern const char curt_shorteners_begin[];
extern const char curt_shorteners_end[];
}

namespace curt::limits {
namespace {

HostSet read_shorteners() {
  HostSet hosts;
  for_each_data_line({curt_shorteners_begin, curt_shorteners_end},
                     [&hosts](std::string_view host) { hosts.add(host, Reach::below); });
  return hosts;
}

}  // namespace

bool is_shortener(std::string_view host) {
  static const HostSet hosts = read_shorteners();
  return hosts.match(HostKey{host}.view()).has_value();
}

}  // namespace curt::limits

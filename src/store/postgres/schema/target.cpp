#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "curt/base/address.hpp"
#include "curt/store/postgres/schema/inspection.hpp"

#include "store/postgres/connection/libpq_options.hpp"

// Where a connection string leads, as libpq reads it.

namespace curt::store {
namespace {

std::string text_of(const PQconninfoOption* options, std::string_view keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (options->keyword == keyword) return options->val == nullptr ? "" : options->val;
  }
  return {};
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    items.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return items;
}

}  // namespace

result<PostgresTarget> postgres_target(const std::string& url) {
  const result<postgres::LibpqOptions> named = postgres::parse_connection_string(url);
  if (!named) return named.error();
  const postgres::LibpqOptions usual = postgres::usual_options();
  const auto value = [&](std::string_view keyword) {
    std::string text = text_of(named->get(), keyword);
    return text.empty() && usual ? text_of(usual.get(), keyword) : text;
  };
  PostgresTarget target;
  target.user = value("user");
  target.database = value("dbname");
  target.sslmode = value("sslmode");
  const std::string addresses = value("hostaddr");
  const std::vector<std::string> hosts = split(addresses.empty() ? value("host") : addresses);
  target.ports = split(value("port"));
  const std::vector<std::string>& ports = target.ports;
  target.host_count = hosts.size();
  target.is_local = std::ranges::all_of(hosts, is_local_host);
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string& port = ports.size() == 1 ? ports.front() : ports[std::min(i, ports.size() - 1)];
    const std::string host = hosts[i].empty() ? "the usual socket" : hosts[i];
    if (i > 0) target.hosts += ", ";
    target.hosts += host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                                        : fmt::format("[{}]:{}", host, port);
  }
  return target;
}

}  // namespace curt::store

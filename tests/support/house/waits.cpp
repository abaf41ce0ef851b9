#include "support/house/waits.hpp"

#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>

namespace curt::test {
namespace {

namespace fs = std::filesystem;

/// What ends a wait at the latest.
enum class Bound {
  deadline,     ///< of the request, handed down as a Deadline or a Call
  own_timeout,  ///< of the connection's phase, of connecting, or of one command
  background,   ///< nobody waits for it: the rounds of a loop, a connection that idles
  turn,         ///< the next turn of another loop, which never blocks
  leader,       ///< another request, which has a deadline and wakes those who wait for its answer
};

const std::map<std::string, Bound> kWaits{
    {"include/curt/api/side_thread.hpp", Bound::deadline},
    {"src/access/keys.cpp", Bound::turn},
    {"src/app/transfer/meanwhile.hpp", Bound::deadline},
    {"src/app/wiring/health_probe.cpp", Bound::own_timeout},
    {"src/base/loop.cpp", Bound::background},
    {"src/cache/redis/connection/gathering.hpp", Bound::deadline},
    {"src/cache/redis/connection/open_socket.cpp", Bound::own_timeout},
    {"src/cache/redis/connection/redis_client.cpp", Bound::deadline},
    {"src/cache/redis/connection/redis_connection.cpp", Bound::background},
    {"src/cache/redis/connection/redis_connector.cpp", Bound::background},
    {"src/cache/redis/connection/redis_socket.cpp", Bound::own_timeout},
    {"src/cache/redis/connection/redis_subscription.cpp", Bound::background},
    {"src/cache/redis/connection/redis_watchdog.cpp", Bound::background},
    {"src/http/core.cpp", Bound::background},
    {"src/http/listener.cpp", Bound::background},
    {"src/http/transport.cpp", Bound::own_timeout},
    {"src/http/transport.hpp", Bound::own_timeout},
    {"include/curt/base/suspend_until.hpp", Bound::deadline},
    {"src/links/visit_budget.cpp", Bound::leader},
    {"src/store/job_queue.hpp", Bound::deadline},
    {"src/store/postgres/postgres_store.cpp", Bound::deadline},
};

bool waits(const fs::path& file) {
  static const std::regex wait{R"((\basync_[a-z_]+\(|\bsuspend<))"};
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    const std::size_t comment = line.find("//");
    if (std::regex_search(line.substr(0, comment), wait)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> unbounded_waits(const fs::path& root) {
  std::vector<std::string> complaints;
  std::set<std::string> found;
  for (const std::string top : {"include", "src"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator{root / top}) {
      if (!entry.is_regular_file() || !waits(entry.path())) continue;
      const std::string name = fs::relative(entry.path(), root).string();
      found.insert(name);
      if (kWaits.contains(name)) continue;
      complaints.push_back(fmt::format("{} suspends a coroutine: what bounds the wait?", name));
    }
  }
  for (const auto& [name, bound] : kWaits) {
    if (!found.contains(name)) complaints.push_back(fmt::format("{} is listed and does not wait", name));
  }
  return complaints;
}

}  // namespace curt::test

#include "app/wiring/visit_stream.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "app/wiring/options.hpp"

namespace curt::app {

result<OpenVisitStream> open_visit_stream(const Settings& settings, const Clock& clock, Metrics& metrics) {
  OpenVisitStream open;
  if (settings.redis_url.empty()) return open;
  auto options = redis_options(settings);
  if (!options) return options.error();
  auto client = cache::RedisClient::make(cache::visit_stream_options(std::move(*options)), metrics, clock);
  if (!client) return client.error();
  open.redis = std::move(*client);
  open.stream = std::make_unique<cache::RedisVisitStream>(*open.redis);
  return open;
}

std::string worker_name(RandomSource& random) {
  std::array<std::uint32_t, 1> bits{};
  random.fill(std::as_writable_bytes(std::span{bits}));
  return fmt::format("{}-{}-{:08x}", host_name(), ::getpid(), bits[0]);
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace curt::app

#include "curt/base/random.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sys/random.h>

namespace curt {

void SystemRandom::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw std::system_error{errno, std::generic_category(), "getrandom"};
    }
  }
}

FastRandom::FastRandom() { SystemRandom{}.fill(std::as_writable_bytes(std::span{&state_, 1})); }

std::string unique_name() { return fmt::format("{:016x}", FastRandom{}.next()); }

}  // namespace curt

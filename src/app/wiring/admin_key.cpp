#include "app/wiring/admin_key.hpp"

#include <string_view>

#include <fmt/format.h>

#include "app/settings/secret_file.hpp"

namespace curt::app {
namespace {

Error refused(std::string_view why) {
  return {
      ErrorCode::invalid_value, fmt::format("CURT_ADMIN_KEY_FILE (setting admin_key_file): {}", why), {}, {}};
}

Error without_key(std::string_view why) {
  return refused(fmt::format("{}; `curt keys generate` prints a key for it", why));
}

}  // namespace

result<std::optional<access::KeyParts>> read_admin_key(const Settings& settings) {
  const std::string& file = settings.admin_key_file;
  if (file.empty()) return std::optional<access::KeyParts>{};
  const auto secret = read_secret_file(file);
  if (!secret) {
    const Error& error = secret.error();
    return error.code == ErrorCode::unavailable ? refused(error.detail) : without_key(error.detail);
  }
  auto parts = access::parse_key_text(secret->view());
  if (!parts) return without_key(fmt::format("what {} holds is not a key", file));
  return parts;
}

}  // namespace curt::app

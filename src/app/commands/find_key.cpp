#include "app/commands/find_key.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "curt/base/call.hpp"
#include "curt/base/timestamp.hpp"

namespace curt::app {

namespace {

Error refused(std::string detail) { return {ErrorCode::invalid_value, std::move(detail), {}, {}}; }

}  // namespace

awaitable<result<access::Key>> find_usable_key(access::KeyStore& keys, KeyId id, Timestamp now) {
  constexpr std::chrono::minutes kPatience{1};
  Call call{Deadline::in(kPatience)};
  result<access::Key> key = co_await keys.find(call, id);
  if (!key && key.error().code == ErrorCode::not_found) {
    co_return refused(
        fmt::format("{} is not the id of a key in this database; `curt keys list` shows all", id.view()));
  }
  if (key && key->revoked_at) {
    co_return refused(fmt::format("the key {} was revoked, and can be given no links", id.view()));
  }
  if (key && key->expires_at && *key->expires_at <= now) {
    co_return refused(fmt::format("the key {} expired at {}, and can be given no links", id.view(),
                                  to_rfc3339(*key->expires_at)));
  }
  co_return key;
}

}  // namespace curt::app

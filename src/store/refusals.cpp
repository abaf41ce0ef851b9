#include "store/refusals.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "curt/links/link_store.hpp"

namespace curt::store {

Error not_found(const ShortCode& code) { return links::no_such_link(code); }

Error deleted(const ShortCode& code) {
  return {ErrorCode::deleted, fmt::format("the link {} was deleted", code.view())};
}

Error not_deleted(const ShortCode& code) {
  return {ErrorCode::not_deleted,
          fmt::format("there is nothing to restore, since the link {} is not deleted", code.view())};
}

Error alias_taken(const ShortCode& code) {
  return {ErrorCode::alias_taken, fmt::format("{} belongs to another link", code.view())};
}

Error version_mismatch(std::int64_t stored) {
  return {ErrorCode::version_mismatch, fmt::format("the link was changed meanwhile, to version {}", stored)};
}

Error idempotency_key_reused() {
  return {ErrorCode::idempotency_key_reused, "this Idempotency-Key came with another body before"};
}

Error key_not_found(const KeyId& id) {
  return {ErrorCode::not_found, fmt::format("there is no key {}", id.view())};
}

Error key_revoked(const KeyId& id) {
  return {ErrorCode::deleted, fmt::format("the key {} was revoked", id.view())};
}

Error key_expired(const KeyId& id) {
  return {ErrorCode::expired, fmt::format("the key {} has expired", id.view())};
}

Error key_rotating(const KeyId& id, Timestamp previous_until) {
  return {ErrorCode::not_yet,
          fmt::format(
              "the secret of the key {} from before the last rotation is good until {}, and a key has two "
              "secrets at most: rotate it then, or without grace, which ends both",
              id.view(), to_rfc3339(previous_until))};
}

}  // namespace curt::store

#include "store/refusals.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace curt::store {
Error not_found(const ShortCode& code) {
  return {ErrorCode::not_found, fmt::format("there is no link {}", code.view())};
}

Error deleted(const ShortCode& code) {
  return {ErrorCode::deleted, fmt::format("the link {} was deleted", code.view())};
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

}  // namespace curt::store

#include "curt/domain/client_share.hpp"

#include <string>
#include <string_view>

namespace curt {
namespace {

constexpr std::string_view kDetail = "too many requests of this client wait for the store";

}  // namespace

Error client_has_its_share() { return {ErrorCode::overloaded, std::string{kDetail}}; }

/// No other refusal has this text, which every queue takes from here.
bool is_for_its_share(const Error& error) noexcept {
  return error.code == ErrorCode::overloaded && error.detail == kDetail;
}

}  // namespace curt

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/http/api_harness.hpp"

namespace curt::test {

/// The API where keys are asked for, with the key of an admin. For one thread.
class KeyedApi : public ApiHarness {
 public:
  explicit KeyedApi(api::ApiOptions options = {}) : ApiHarness(with_keys(std::move(options))) {}

  /// Each has the admin ask.
  Answer as_admin(http::Method method, std::string_view target, std::string_view body = {}) {
    return send(method, target, body, by(admin));
  }

  /// The answer to POST /api/v1/links with this key.
  Answer make(std::string_view key, std::string_view body) {
    return send(http::Method::post, "/api/v1/links", body, by(key));
  }

  /// What a key may have but the scope admin.
  static std::vector<std::string> all_but_admin() {
    return {"links:read", "links:write", "stats:read", "metrics:read"};
  }

  /// The id in a key's text.
  static std::string id_of(std::string_view key) { return std::string{key.substr(5, 12)}; }

  const std::string admin = key({"admin"});

 private:
  static api::ApiOptions with_keys(api::ApiOptions options) {
    options.auth = api::Auth::keys;
    return options;
  }
};

}  // namespace curt::test

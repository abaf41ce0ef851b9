#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/api/routes.hpp"

#include "support/http/openapi_document.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using Operation = std::pair<std::string, std::string>;  ///< path and method in lower case

const json& document() {
  static const json parsed = test::openapi_document();
  return parsed;
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// The operations of the route table that the document has to describe: all but the files of the /docs page.
std::set<Operation> routed() {
  std::set<Operation> operations;
  for (const Route& route : routes()) {
    if (!route.path.starts_with("/docs/")) operations.emplace(route.path, lower(name_of(route.method)));
  }
  return operations;
}

/// Calls `visit` with every JSON object in the value.
template <class Visit>
void for_each_object(const json& value, const Visit& visit) {
  if (value.is_object()) visit(value);
  if (!value.is_structured()) return;
  for (const json& inner : value) for_each_object(inner, visit);
}

/// Calls `visit` with path, method and content of every operation.
template <class Visit>
void for_each_operation(const Visit& visit) {
  static const std::set<std::string> methods{"get",   "head",   "post",    "put",
                                             "patch", "delete", "options", "trace"};
  for (const auto& [path, item] : document().at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      if (methods.contains(method)) visit(Operation{path, method}, operation);
    }
  }
}

TEST(OpenApi, IsVersion303SoThatOldSwaggerUiShowsIt) { EXPECT_EQ(document().at("openapi"), "3.0.3"); }

TEST(OpenApi, DescribesEveryRoute) {
  for (const auto& [path, method] : routed()) {
    const json& paths = document().at("paths");
    EXPECT_TRUE(paths.contains(path) && paths[path].contains(method)) << method << ' ' << path;
  }
}

TEST(OpenApi, DescribesNothingThatIsNoRoute) {
  const std::set<Operation> allowed = routed();
  for_each_operation([&](const Operation& operation, const json&) {
    // HEAD is answered wherever GET is.
    const Operation served{operation.first, operation.second == "head" ? "get" : operation.second};
    EXPECT_TRUE(allowed.contains(served)) << operation.second << ' ' << operation.first;
  });
}

TEST(OpenApi, HasNoReferenceIntoNothing) {
  int references = 0;
  for_each_object(document(), [&](const json& object) {
    const auto reference = object.find("$ref");
    if (reference == object.end() || !reference->is_string()) return;
    ++references;
    const std::string target = *reference;
    ASSERT_TRUE(target.starts_with("#/")) << target;
    EXPECT_TRUE(document().contains(json::json_pointer{target.substr(1)})) << target;
  });
  EXPECT_GT(references, 0);
}

TEST(OpenApi, UsesEveryComponent) {
  std::set<std::string> used;
  for_each_object(document(), [&](const json& object) {
    if (const auto reference = object.find("$ref"); reference != object.end()) used.insert(*reference);
  });
  for (const auto& [kind, components] : document().at("components").items()) {
    if (kind == "securitySchemes") continue;  // `security` names them
    for (const auto& [name, component] : components.items()) {
      EXPECT_TRUE(used.contains("#/components/" + kind + "/" + name)) << kind << ' ' << name;
    }
  }
}

TEST(OpenApi, NamesEachOperationOnce) {
  std::set<std::string> ids;
  for_each_operation([&](const Operation& where, const json& operation) {
    EXPECT_TRUE(ids.insert(operation.at("operationId")).second) << where.first;
    EXPECT_FALSE(operation.value("summary", "").empty()) << where.first;
  });
}

TEST(OpenApi, DeclaresTheCodeOfEveryPathThatHasOne) {
  for (const auto& [path, item] : document().at("paths").items()) {
    if (path.find("{code}") == std::string::npos) continue;
    const json found = item.value("parameters", json::array());
    const bool declared = std::any_of(found.begin(), found.end(), [](const json& parameter) {
      return parameter.value("$ref", "") == "#/components/parameters/Code";
    });
    EXPECT_TRUE(declared) << path;
  }
}

TEST(OpenApi, NamesTheScopeOfEachOperationThatNeedsOne) {
  const json either = json::array({json{{"ApiKey", json::array()}}, json{{"Bearer", json::array()}}});
  const json& schemes = document().at("components").at("securitySchemes");
  EXPECT_EQ(schemes.at("ApiKey").at("name"), "X-Api-Key");
  EXPECT_EQ(schemes.at("Bearer").at("scheme"), "bearer");
  EXPECT_EQ(document().at("security"), json::array());
  for (const Route& route : routes()) {
    if (route.path.starts_with("/docs/")) continue;
    const std::string where = std::string{name_of(route.method)} + " " + std::string{route.path};
    const json& operation =
        document().at("paths").at(std::string{route.path}).at(lower(name_of(route.method)));
    json security = operation.value("security", json::array());
    const bool may_do_without = security.empty() || security.front() == json::object();
    if (!security.empty() && may_do_without) security.erase(0);
    if (!route.scope) {
      EXPECT_TRUE(may_do_without) << where;
      EXPECT_FALSE(operation.contains("x-required-scope")) << where;
      continue;
    }
    EXPECT_EQ(security, either) << where;
    EXPECT_EQ(may_do_without, route.keyless == Keyless::if_opened) << where;
    EXPECT_EQ(operation.at("x-required-scope"), access::name_of(*route.scope)) << where;
    EXPECT_EQ(operation.at("responses").at("401").at("$ref"), "#/components/responses/Unauthorized") << where;
    EXPECT_EQ(operation.at("responses").at("403").at("$ref"), "#/components/responses/Forbidden") << where;
  }
}

TEST(OpenApi, NamesTheQuotasOfEachOperationThatIsCharged) {
  for (const Route& route : routes()) {
    if (route.path.starts_with("/docs/")) continue;
    const std::string where = std::string{name_of(route.method)} + " " + std::string{route.path};
    const json& responses =
        document().at("paths").at(std::string{route.path}).at(lower(name_of(route.method))).at("responses");
    const bool of_api = route.charged == Charged::api || route.charged == Charged::create;
    const std::string limited = of_api ? "TooManyRequests" : "TooManyVisits";
    EXPECT_EQ(responses.contains("429"), route.charged != Charged::nothing) << where;
    if (responses.contains("429")) {
      EXPECT_EQ(responses.at("429").at("$ref"), "#/components/responses/" + limited) << where;
    }
    for (const auto& [status, response] : responses.items()) {
      if (status.front() != '2') continue;
      const json headers = response.value("headers", json::object());
      EXPECT_EQ(headers.contains("RateLimit"), of_api) << where << ' ' << status;
      EXPECT_EQ(headers.contains("RateLimit-Policy"), of_api) << where << ' ' << status;
    }
  }
  for (const char* name : {"TooManyRequests", "TooManyVisits"}) {
    const json& headers = document().at("components").at("responses").at(name).at("headers");
    for (const char* header : {"Retry-After", "RateLimit-Policy", "RateLimit"}) {
      EXPECT_TRUE(headers.contains(header)) << name << ' ' << header;
    }
  }
}

TEST(OpenApi, DescribesABodyWhereTheRouteTakesOne) {
  for (const Route& route : routes()) {
    if (route.path.starts_with("/docs/")) continue;
    const json& operation =
        document().at("paths").at(std::string{route.path}).at(lower(name_of(route.method)));
    EXPECT_EQ(operation.contains("requestBody"), route.body == Body::json) << route.path;
  }
}

TEST(OpenApi, NamesTheProblemsOfTheHttpLayerToo) {
  const json& named = document().at("components").at("schemas").at("ProblemCode").at("enum");
  for (const char* code : {"malformed_request",
                           "not_found",
                           "method_not_allowed",
                           "request_timeout",
                           "body_too_large",
                           "target_too_long",
                           "unsupported_media_type",
                           "expectation_failed",
                           "header_too_large",
                           "internal",
                           "not_implemented",
                           "version_not_supported",
                           "misdirected_request",
                           "not_from_this_machine",
                           "cross_site",
                           "unauthorized",
                           "insufficient_scope",
                           "key_needed",
                           "key_revoked",
                           "key_expired",
                           "rate_limited"}) {
    EXPECT_NE(std::find(named.begin(), named.end(), code), named.end()) << code;
  }
}

}  // namespace
}  // namespace curt::api

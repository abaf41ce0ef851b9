#include "curt/access/scopes.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace curt::access {
namespace {

struct Named {
  Scope scope;
  std::string_view name;
};

constexpr std::array kScopes{
    Named{Scope::links_read, "links:read"}, Named{Scope::links_write, "links:write"},
    Named{Scope::stats_read, "stats:read"}, Named{Scope::metrics_read, "metrics:read"},
    Named{Scope::admin, "admin"},
};

constexpr std::string_view kAll = "links:read, links:write, stats:read, metrics:read and admin";

const Named* find(std::string_view name) noexcept {
  const auto* found = std::ranges::find(kScopes, name, &Named::name);
  return found == kScopes.end() ? nullptr : found;
}

}  // namespace

std::string_view name_of(Scope scope) noexcept {
  const auto* found = std::ranges::find(kScopes, scope, &Named::scope);
  return found == kScopes.end() ? std::string_view{"unknown"} : found->name;
}

result<Scopes> Scopes::parse(const std::vector<std::string>& names) {
  Scopes scopes;
  for (const std::string& name : names) {
    const Named* const named = find(name);
    if (named == nullptr) {
      // A key in the wrong place must not come back in an answer or in a log.
      return invalid_field("scopes",
                           name.size() > 20 || name.find("curt_") != std::string::npos
                               ? fmt::format("has an unknown scope; there are {}", kAll)
                               : fmt::format("has an unknown scope '{}'; there are {}", name, kAll));
    }
    scopes |= named->scope;
  }
  if (scopes.empty()) return invalid_field("scopes", fmt::format("must name at least one of {}", kAll));
  return scopes;
}

Scopes Scopes::from_stored(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(' '));
    if (const Named* const named = find(name)) scopes |= named->scope;
    text.remove_prefix(std::min(text.size(), name.size() + 1));
  }
  return scopes;
}

std::vector<std::string_view> Scopes::names() const {
  std::vector<std::string_view> names;
  for (const Named& named : kScopes) {
    if (contain(named.scope)) names.push_back(named.name);
  }
  return names;
}

std::string Scopes::str() const { return fmt::format("{}", fmt::join(names(), " ")); }

}  // namespace curt::access

#include "api/request/query_parameters.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/request/percent_encoding.hpp"

namespace curt::api {
namespace {

/// More than any route knows; each that is unknown is told of in the answer.
constexpr std::size_t kMost = 32;

}  // namespace

result<std::map<std::string, std::string>> parse_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.empty()) continue;
    if (parameters.size() >= kMost) {
      return invalid_field("query", fmt::format("has more than {} parameters", kMost));
    }
    const std::size_t equals = pair.find('=');
    const std::string_view raw_value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    auto name = percent_decode(pair.substr(0, equals), Plus::is_space);
    auto value = percent_decode(raw_value, Plus::is_space);
    if (!name || !value) return invalid_field(name.value_or("query"), "has a malformed percent-encoding");
    if (!parameters.emplace(*name, std::move(*value)).second) return invalid_field(*name, "is repeated");
  }
  return parameters;
}

std::optional<Error> refuse_parameters(std::string_view query) {
  auto parameters = parse_query(query);
  if (!parameters) return parameters.error();
  std::vector<FieldError> errors;
  for (const auto& [name, value] : *parameters) {
    errors.push_back({name, "is not heeded in the URL: this request has no parameters there"});
  }
  if (errors.empty()) return std::nullopt;
  return invalid_fields(std::move(errors));
}

}  // namespace curt::api

#pragma once

#include <fstream>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "support/paths.hpp"

namespace curt::test {

/// src/api/documents/assets/openapi.json; throws if it is not there or no JSON.
[[nodiscard]] inline nlohmann::json openapi_document() {
  const std::string path = source_dir() + "/src/api/documents/assets/openapi.json";
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read " + path};
  return nlohmann::json::parse(file);
}

}  // namespace curt::test

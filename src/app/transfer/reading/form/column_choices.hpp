#pragma once

#include <string>
#include <vector>

#include "app/transfer/reading/form/form.hpp"

namespace curt::app {

/// Reads what --map was given: "code=1,url=Landing page,clicks=none". An error says what is wrong with it.
[[nodiscard]] result<std::vector<ColumnChoice>> parse_column_choices(const std::vector<std::string>& texts);

}  // namespace curt::app

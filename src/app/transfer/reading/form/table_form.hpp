#pragma once

#include <optional>
#include <string_view>

#include "app/transfer/reading/form/form.hpp"

namespace curt::app {

/// A table whose first row names its columns, as the user chose them or as they are known; nothing if the
/// first row does not. An error where it names columns, and where links lead is not among them.
[[nodiscard]] result<std::optional<Form>> form_with_header(std::string_view head, bool whole,
                                                           const FormWishes& wishes);

/// A table whose columns the user numbered.
[[nodiscard]] result<Form> form_by_number(std::string_view head, bool whole, const FormWishes& wishes);

/// One URL a line, or code, URL and perhaps a title; else an error.
[[nodiscard]] result<Form> form_without_header(std::string_view head, bool whole);

}  // namespace curt::app

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "app/transfer/reading/form/form.hpp"

namespace curt::app {

/// How many of these names of columns are known, or chosen by the user.
[[nodiscard]] std::size_t known_names(const std::vector<std::string>& names, const FormWishes& wishes);

/// Gives the places of the form, which have names, their meanings. An error says which column is there twice,
/// is chosen and not there, or is missing.
[[nodiscard]] result<void> settle_places(Form& form, const FormWishes& wishes);

/// Gives places their meanings as the user chose them, and no others.
[[nodiscard]] result<void> settle_chosen_places(Form& form, const FormWishes& wishes);

/// Whether a "source" is a code where a column of this name says where links lead.
[[nodiscard]] bool is_beside_source(std::string_view name);

/// Whether the column no longer says what its name does, since the user chose so; --map code=none is about
/// short URLs as well.
[[nodiscard]] bool is_replaced(Column column, const ColumnChoice& choice);

/// Settles what members of JSON mean beside each other. An error says which one that was chosen is not there,
/// or which two may both be the code.
[[nodiscard]] result<void> settle_members(Form& form, const FormWishes& wishes);

/// Whether all names are those of curt's own files.
[[nodiscard]] bool are_own_names(const std::vector<Form::Place>& places);

}  // namespace curt::app

#pragma once

#include <string>
#include <vector>

#include "app/transfer/reading/form/form.hpp"
#include "app/transfer/reading/form/head_rows.hpp"

namespace curt::app {

// A text where no name is known to stand for codes, and another one looks as if it did, is refused: all its
// links would get new codes, and what is printed would lead nowhere.

/// For a table; `rows` are those below the names.
[[nodiscard]] result<void> refuse_lost_codes(const Form& form, const std::vector<HeadRow>& rows,
                                             const FormWishes& wishes);

/// For JSON; the places of the form are the members of these objects.
[[nodiscard]] result<void> refuse_lost_members(const Form& form, const std::vector<std::string>& objects,
                                               const FormWishes& wishes);

}  // namespace curt::app

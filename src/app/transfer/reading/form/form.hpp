#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/error.hpp"

#include "app/transfer/reading/fields/column.hpp"
#include "app/transfer/reading/json_list.hpp"
#include "app/transfer/reading/rows/csv.hpp"

namespace curt::app {

/// What the user says about a column: which one it is.
struct ColumnChoice {
  Column column;
  std::size_t number = 0;  ///< counts from 1; 0 where it is named
  std::string name;        ///< in the header, or of a member in JSON; empty and no number: none
};

/// What the user says about a file.
struct FormWishes {
  std::vector<ColumnChoice> columns;
  bool urls = false;  ///< every line is a URL, whatever it looks like
};

/// How the links stand in a text.
struct Form {
  enum class Kind {
    urls,        ///< one URL a line
    table,       ///< rows of fields
    json_lines,  ///< one JSON object a line
    json,        ///< JSON documents with lists of links
  };
  /// A place that says something of a link.
  struct Place {
    std::string name;                    ///< in the header, or of the member; empty where there is no header
    std::optional<NameMeaning> meaning;  ///< nothing: it is left out
  };

  Kind kind = Kind::urls;
  CsvDialect dialect;         ///< of a table
  std::vector<Place> places;  ///< the columns of a table in their order; the members of JSON that were seen
  std::string header;         ///< the record that names the columns, as it stands there; empty without one
  std::optional<JsonList> list;
  bool own = false;  ///< curt's own names alone, so that an unknown one is a mistake
};

/// How much of a text settles its form.
inline constexpr std::size_t kFormHead = std::size_t{64} * 1024;

/// Settles the form of a text by its first kFormHead bytes, or the whole where `whole` says that there is no
/// more. The error says what was seen in which line, and what to do.
[[nodiscard]] result<Form> settle_form(std::string_view head, bool whole, const FormWishes& wishes);

/// What a member of JSON with this name says.
[[nodiscard]] std::optional<NameMeaning> meaning_of_member(std::string_view name, const FormWishes& wishes);

/// Whether a link as the API and `curt export` show it has a member of this name.
[[nodiscard]] bool is_own_member(std::string_view name);

/// Whether a record that begins with "#" is a comment. Where text comes first only those are that curt itself
/// writes.
[[nodiscard]] bool has_comments(const Form& form);

/// Whether a record of a text holds no link: it is blank, or a comment, or the header again.
[[nodiscard]] bool is_no_row(std::string_view record, const Form& form);

/// What a file of rejected records has to begin with to be read in the same way: the header, below a comment
/// where one is needed; empty where neither is.
[[nodiscard]] std::string rejects_head(const Form& form);

/// The names of places that say nothing of a link, with commas between; empty if there are none.
[[nodiscard]] std::string names_left_out(const Form& form);

/// What was understood, in lines of printable text.
[[nodiscard]] std::string describe(const Form& form);

}  // namespace curt::app

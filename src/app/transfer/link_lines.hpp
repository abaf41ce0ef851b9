#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/link.hpp"
#include "curt/links/link_draft.hpp"

namespace curt::app {

// A link as one line of text: how `curt import` reads it and `curt export` writes it.

/// What one line asks for. It has the right shape, but its values are not checked yet.
struct LinkLine {
  links::LinkDraft draft;               ///< the line's code is its alias
  std::optional<Timestamp> created_at;  ///< from JSON only
  std::int64_t spent = 0;               ///< of max_visits, 0 to 10^15; from JSON only
  std::optional<KeyId> owner;           ///< from JSON only
};

/// Reads a line without its end. It is one of
///  - a JSON object with the fields of a link as the API shows it; what a new link cannot take over
///  (short_url,
///    updated_at, version, visits) is ignored, and "alias" may stand for "code"; "spent" says how many of
///    max_visits were granted, and is ignored where that is not set; "owner" is the id of the key that made
///    it;
///  - a URL as it is, commas and all, where the line begins with a scheme or has "://" before any comma or
///  quote;
///  - CSV (RFC 4180, section 2): `code,url[,title]`, or the URL alone in quotes. Blanks around a field do not
///  belong
///    to it, and an empty code asks for a generated one.
/// Nothing for a line without a link: blank, a comment (#), or the header `code,url[,title]` in any case.
[[nodiscard]] result<std::optional<LinkLine>> read_link_line(std::string_view line);

/// Checks the values as the API does, and gives the row to store; its code is empty where one must be
/// generated. A link that is over already is taken: it stays over. One without a time of creation is made
/// `now`, or just before its end.
[[nodiscard]] result<links::ImportRow> to_import_row(const LinkLine& line, const links::LinkRules& rules,
                                                     Timestamp now);

/// All that is wrong with a line, as one line of printable text.
[[nodiscard]] std::string reason_of(const Error& error);

inline constexpr std::string_view kCsvHeader = "code,url,title";

/// The link as a line of CSV under kCsvHeader, without a line end. Only where a field needs quotes has it
/// any.
[[nodiscard]] std::string to_csv_line(const Link& link);

}  // namespace curt::app

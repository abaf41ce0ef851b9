#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "curt/domain/link.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::app {

/// The columns of an export, of which every line has all.
inline constexpr std::string_view kCsvColumns =
    "code,url,title,tags,redirect_status,forward_query,enabled,created_at,updated_at,not_before,expires_at,"
    "max_visits,spent,version,owner,humans,bots";

/// One more column, the last one, by which a file that was written for spreadsheets is known. Its fields are
/// empty. What such a file says of a text is not always the text itself.
inline constexpr std::string_view kSpreadsheetColumn = "for_spreadsheets";

/// What a CSV file is for.
enum class CsvUse : std::uint8_t {
  to_move,     ///< for programs, `curt import` above all: every field as it is; lines end with LF
  to_look_at,  ///< for spreadsheets: texts are disarmed(), a byte order mark comes first, lines end with CRLF
};

/// Appends what comes before the first link, with its line end.
void append_csv_header(std::string& out, CsvUse use);

/// Appends the link as a line under the header, with its line end (RFC 4180). Only where a field needs quotes
/// has it any. An empty field says that there is nothing. Times are in RFC 3339; tags have `|` between them,
/// or are a JSON array of strings where one of them has a `|`, a comma, a semicolon or a bracket.
void append_csv_line(std::string& out, const Link& link, const visits::VisitTotals& visits, CsvUse use);

}  // namespace curt::app

#include "store/sqlite/connection/search_function.hpp"

#include <exception>
#include <memory>
#include <string_view>

#include <sqlite3.h>

#include "curt/domain/search.hpp"

namespace curt::store::sqlite {
namespace {

constexpr int kArguments = 4;

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string_view{}
                         : std::string_view{text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void forget(void* search) noexcept { delete static_cast<Search*>(search); }  // NOLINT(cppcoreguidelines-*)

/// The first argument, which SQLite keeps from row to row, as it is the same for all.
bool finds(sqlite3_context* context, sqlite3_value** arguments) {
  const std::string searched =
      searched_text(text_of(arguments[1]), text_of(arguments[2]), text_of(arguments[3]));
  if (const auto* kept = static_cast<const Search*>(sqlite3_get_auxdata(context, 0))) {
    return kept->finds(searched);
  }
  auto search = std::make_unique<Search>(Search::from_text(text_of(arguments[0])));
  const bool found = search->finds(searched);
  sqlite3_set_auxdata(context, 0, search.release(), &forget);
  return found;
}

void search_finds(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  try {
    sqlite3_result_int(context, finds(context, arguments) ? 1 : 0);
  } catch (const std::exception& e) {
    sqlite3_result_error(context, e.what(), -1);
  }
}

}  // namespace

void add_search_function(SQLite::Database& database) {
  const int failed = sqlite3_create_function_v2(database.getHandle(), "search_finds", kArguments,
                                                SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, &search_finds,
                                                nullptr, nullptr, nullptr);
  if (failed != SQLITE_OK) throw SQLite::Exception{database.getHandle(), failed};
}

}  // namespace curt::store::sqlite

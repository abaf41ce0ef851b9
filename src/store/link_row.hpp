#pragma once

#include <optional>

#include "curt/domain/link.hpp"

#include "store/link_values.hpp"

namespace curt::store {

// The columns of a link "l", as SQL and as the numbers under which a row has them, from one list.
#define CURT_COLUMNS_AFTER_CODE(column)                                                                   \
  column(target) column(title) column(tags) column(redirect_status) column(forward_query) column(enabled) \
      column(not_before) column(expires_at) column(created_at) column(updated_at) column(version)         \
          column(deleted_at) column(max_visits) column(spent) column(owner)
#define CURT_COLUMN_SQL(name) ", l." #name
#define CURT_COLUMN_NUMBER(name) , name

/// For a SELECT whose rows read_link() takes; other columns may follow.
#define CURT_LINK_COLUMNS "l.code" CURT_COLUMNS_AFTER_CODE(CURT_COLUMN_SQL)

struct LinkColumn {
  enum Number : int { code CURT_COLUMNS_AFTER_CODE(CURT_COLUMN_NUMBER), end };
};

#undef CURT_COLUMN_NUMBER

/// The link of a row with CURT_LINK_COLUMNS. `Row` gives columns by their numbers, as text(), integer(),
/// flag(), time() and is_null() say.
template <class Row>
Link read_link(const Row& row) {
  using Column = LinkColumn;
  const auto time_or_none = [&row](Column::Number column) {
    return row.is_null(column) ? std::nullopt : std::optional{row.time(column)};
  };
  LinkSettings settings;
  settings.redirect_status =
      redirect_status_from(row.integer(Column::redirect_status)).value_or(RedirectStatus::found);
  settings.forward_query = row.flag(Column::forward_query);
  settings.enabled = row.flag(Column::enabled);
  settings.not_before = time_or_none(Column::not_before);
  settings.expires_at = time_or_none(Column::expires_at);
  if (!row.is_null(Column::max_visits)) settings.max_visits = row.integer(Column::max_visits);
  Link link{.code = ShortCode::from_valid(row.text(Column::code)),
            .target = TargetUrl::from_stored(row.text(Column::target)),
            .title = std::nullopt,
            .tags = tags_from_json(row.text(Column::tags)),
            .settings = settings,
            .created_at = row.time(Column::created_at),
            .updated_at = row.time(Column::updated_at),
            .version = row.integer(Column::version),
            .deleted_at = time_or_none(Column::deleted_at),
            .spent = row.integer(Column::spent),
            .owner = std::nullopt};
  if (!row.is_null(Column::title)) link.title = row.text(Column::title);
  if (!row.is_null(Column::owner)) link.owner = KeyId::from_valid(row.text(Column::owner));
  return link;
}

}  // namespace curt::store

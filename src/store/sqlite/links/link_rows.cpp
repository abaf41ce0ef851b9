#include "store/sqlite/links/link_rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace curt::store::sqlite {
namespace {

std::string text_of(const ShortCode& code) { return std::string{code.view()}; }

std::int64_t number_of(bool flag) { return flag ? 1 : 0; }

std::optional<Timestamp> read_optional_time(const Execution& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.time(column);
}

}  // namespace

Link read_link(const Execution& row) {
  LinkSettings settings;
  settings.redirect_status = redirect_status_from(row.integer(4)).value_or(RedirectStatus::found);
  settings.forward_query = row.integer(5) != 0;
  settings.enabled = row.integer(6) != 0;
  settings.not_before = read_optional_time(row, 7);
  settings.expires_at = read_optional_time(row, 8);
  if (!row.is_null(13)) settings.max_visits = row.integer(13);
  Link link{.code = ShortCode::from_valid(row.text(0)),
            .target = TargetUrl::from_stored(row.text(1)),
            .title = std::nullopt,
            .tags = tags_from_json(row.text(3)),
            .settings = settings,
            .created_at = row.time(9),
            .updated_at = row.time(10),
            .version = row.integer(11),
            .deleted_at = read_optional_time(row, 12),
            .spent = row.integer(14)};
  if (!row.is_null(2)) link.title = row.text(2);
  return link;
}

std::optional<Link> find_row(Connection& db, const ShortCode& code) {
  Execution query = db.run(Statement::find_link);
  query.bind(text_of(code));
  if (!query.step()) return std::nullopt;
  return read_link(query);
}

std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match) {
  const bool named = match == ReuseMatch::named_title_and_tags;
  const LinkSettings& settings = link.settings;
  Execution query = db.run(Statement::find_reusable);
  query.bind(hash_of(link.target), link.target.str(), status_of(settings), number_of(settings.forward_query),
             number_of(settings.enabled), settings.not_before, settings.expires_at, link.created_at,
             named ? link.title : std::nullopt, tags_to_json(named ? link.tags : std::vector<std::string>{}),
             settings.max_visits);
  if (!query.step()) return std::nullopt;
  return read_link(query);
}

bool insert_row(Connection& db, const links::NewLink& link) {
  const LinkSettings& settings = link.settings;
  Execution insert = db.run(Statement::insert_link);
  insert.bind(text_of(link.code), link.target.str(), hash_of(link.target), link.title,
              tags_to_json(link.tags), status_of(settings), number_of(settings.forward_query),
              number_of(settings.enabled), settings.not_before, settings.expires_at, link.created_at,
              settings.max_visits, link.spent);
  return insert.finish() == 1;
}

void update_row(Connection& db, const Link& link) {
  const LinkSettings& settings = link.settings;
  Execution update = db.run(Statement::update_link);
  update.bind(text_of(link.code), link.target.str(), hash_of(link.target), link.title,
              tags_to_json(link.tags), status_of(settings), number_of(settings.forward_query),
              number_of(settings.enabled), settings.not_before, settings.expires_at, link.updated_at,
              link.version, settings.max_visits);
  update.finish();
}

void delete_row(Connection& db, const Link& link) {
  Execution update = db.run(Statement::delete_link);
  update.bind(text_of(link.code), link.deleted_at, link.version);
  update.finish();
}

void spend_row(Connection& db, const ShortCode& code, std::uint64_t visits) {
  Execution update = db.run(Statement::spend_visits);
  update.bind(text_of(code), static_cast<std::int64_t>(visits));
  update.finish();
}

}  // namespace curt::store::sqlite

#include "store/postgres/links/link_rows.hpp"

#include <array>
#include <chrono>

#include "store/postgres/pool/array_text.hpp"

namespace curt::store::postgres {
namespace {

std::optional<std::string> text_of(const std::optional<std::int64_t>& number) {
  if (!number) return std::nullopt;
  return std::to_string(*number);
}

std::string text_of(bool flag) { return flag ? "t" : "f"; }

Timestamp read_time(const pqxx::field& field) {
  return Timestamp{std::chrono::milliseconds{field.as<std::int64_t>()}};
}

std::optional<Timestamp> read_optional_time(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return read_time(field);
}

bool read_flag(const pqxx::field& field) { return *field.c_str() == 't'; }

std::optional<Link> first_link(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return read_link(rows[0]);
}

}  // namespace

std::string text_of(const ShortCode& code) { return std::string{code.view()}; }

std::string text_of(Timestamp time) { return std::to_string(time.time_since_epoch().count()); }

std::optional<std::string> text_of(const std::optional<Timestamp>& time) {
  if (!time) return std::nullopt;
  return text_of(*time);
}

Link read_link(const pqxx::row& row) {
  LinkSettings settings;
  settings.redirect_status = redirect_status_from(row[4].as<std::int64_t>()).value_or(RedirectStatus::found);
  settings.forward_query = read_flag(row[5]);
  settings.enabled = read_flag(row[6]);
  settings.not_before = read_optional_time(row[7]);
  settings.expires_at = read_optional_time(row[8]);
  if (!row[13].is_null()) settings.max_visits = row[13].as<std::int64_t>();
  Link link{.code = ShortCode::from_valid(row[0].c_str()),
            .target = TargetUrl::from_stored(row[1].c_str()),
            .title = std::nullopt,
            .tags = tags_from_json(row[3].c_str()),
            .settings = settings,
            .created_at = read_time(row[9]),
            .updated_at = read_time(row[10]),
            .version = row[11].as<std::int64_t>(),
            .deleted_at = read_optional_time(row[12]),
            .spent = row[14].as<std::int64_t>()};
  if (!row[2].is_null()) link.title = row[2].c_str();
  return link;
}

std::optional<Link> find_row(Session& db, const ShortCode& code) {
  return first_link(db.run(Statement::find_link, {text_of(code)}));
}

std::optional<Link> lock_row(Session& db, const ShortCode& code) {
  return first_link(db.run(Statement::lock_link, {text_of(code)}));
}

std::optional<Link> find_reusable(Session& db, const links::NewLink& link, ReuseMatch match) {
  const bool named = match == ReuseMatch::named_title_and_tags;
  const LinkSettings& settings = link.settings;
  return first_link(
      db.run(Statement::find_reusable,
             {std::to_string(hash_of(link.target)), link.target.str(), std::to_string(status_of(settings)),
              text_of(settings.forward_query), text_of(settings.enabled), text_of(settings.not_before),
              text_of(settings.expires_at), text_of(link.created_at), named ? link.title : std::nullopt,
              tags_to_json(named ? link.tags : std::vector<std::string>{}), text_of(settings.max_visits)}));
}

std::unordered_set<ShortCode> insert_rows(Session& db, std::span<const links::NewLink* const> links) {
  std::unordered_set<ShortCode> stored;
  if (links.empty()) return stored;
  std::array<ArrayText, 13> columns;
  for (const links::NewLink* link : links) {
    const LinkSettings& settings = link->settings;
    columns[0].add(link->code.view());
    columns[1].add(link->target.str());
    columns[2].add(hash_of(link->target));
    columns[3].add(link->title);
    columns[4].add(tags_to_json(link->tags));
    columns[5].add(status_of(settings));
    columns[6].add(settings.forward_query);
    columns[7].add(settings.enabled);
    columns[8].add(settings.not_before);
    columns[9].add(settings.expires_at);
    columns[10].add(link->created_at);
    columns[11].add(settings.max_visits);
    columns[12].add(link->spent);
  }
  Parameters parameters;
  for (ArrayText& column : columns) parameters.emplace_back(column.take());
  const pqxx::result rows = db.run(Statement::insert_links, parameters);
  for (const auto& row : rows) stored.insert(ShortCode::from_valid(row[0].c_str()));
  return stored;
}

bool insert_row(Session& db, const links::NewLink& link) {
  const std::array<const links::NewLink*, 1> rows{&link};
  return !insert_rows(db, rows).empty();
}

void lock_reuse(Session& db, const TargetUrl& target) {
  db.run(Statement::lock_reuse, {std::to_string(hash_of(target))});
}

void update_row(Session& db, const Link& link) {
  const LinkSettings& settings = link.settings;
  db.run(Statement::update_link,
         {text_of(link.code), link.target.str(), std::to_string(hash_of(link.target)), link.title,
          tags_to_json(link.tags), std::to_string(status_of(settings)), text_of(settings.forward_query),
          text_of(settings.enabled), text_of(settings.not_before), text_of(settings.expires_at),
          text_of(link.updated_at), std::to_string(link.version), text_of(settings.max_visits)});
}

void delete_row(Session& db, const Link& link) {
  db.run(Statement::delete_link,
         {text_of(link.code), text_of(link.deleted_at), std::to_string(link.version)});
}

}  // namespace curt::store::postgres

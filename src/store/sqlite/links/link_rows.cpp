#include "store/sqlite/links/link_rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "store/link_row.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kFindLink{"find_link", "SELECT " CURT_LINK_COLUMNS " FROM links AS l WHERE l.code = ?1"};

constexpr Statement kFindLinkOfOwner{
    "find_link_of_owner", "SELECT " CURT_LINK_COLUMNS " FROM links AS l WHERE l.code = ?1 AND l.owner = ?2"};

constexpr Statement kFindReusable{
    "find_reusable",
    "SELECT " CURT_LINK_COLUMNS
    " FROM links AS l WHERE l.target_hash = ?1 AND l.target = ?2 AND l.deleted_at IS NULL"
    " AND l.redirect_status = ?3 AND l.forward_query = ?4 AND l.enabled = ?5"
    " AND l.not_before IS ?6 AND l.expires_at IS ?7 AND (l.expires_at IS NULL OR l.expires_at > ?8)"
    " AND (?9 IS NULL OR l.title = ?9) AND (?10 = '[]' OR l.tags = ?10)"
    " AND l.max_visits IS ?11 AND (?13 OR l.max_visits IS NULL OR l.spent < l.max_visits)"
    " AND l.owner IS ?12"
    " ORDER BY l.created_at, l.code LIMIT 1"};

/// OR FAIL leaves what a failed statement has written, which is undone with its job. Without it SQLite copies
/// every page that the statement changes, since a trigger hangs on it, if no foreign key is checked either.
constexpr Statement kInsertLink{
    "insert_link",
    "INSERT OR FAIL INTO links (code, target, target_hash, title, tags, redirect_status, forward_query,"
    " enabled, not_before, expires_at, created_at, updated_at, version, max_visits, spent, owner)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
    " ON CONFLICT (code) DO NOTHING"};

constexpr Statement kInsertImportedVisits{
    "insert_imported_visits",
    "INSERT INTO visit_totals (code, humans, bots, imported) VALUES (?1, ?2, ?3, ?2 + ?3)"
    " ON CONFLICT (code) DO UPDATE SET humans = humans + excluded.humans, bots = bots + excluded.bots,"
    " imported = imported + excluded.imported"};

constexpr Statement kSumImportedVisits{"sum_imported_visits",
                                       "UPDATE visit_imports SET humans = humans + ?1, bots = bots + ?2"};

constexpr Statement kUpdateLink{
    "update_link",
    "UPDATE links SET target = ?2, target_hash = ?3, title = ?4, tags = ?5, redirect_status = ?6,"
    " forward_query = ?7, enabled = ?8, not_before = ?9, expires_at = ?10, updated_at = ?11, version = ?12,"
    " max_visits = ?13 WHERE code = ?1"};

constexpr Statement kDeleteLink{
    "delete_link", "UPDATE links SET deleted_at = ?2, updated_at = ?2, version = ?3 WHERE code = ?1"};

constexpr Statement kRestoreLink{
    "restore_link", "UPDATE links SET deleted_at = NULL, updated_at = ?2, version = ?3 WHERE code = ?1"};

constexpr Statement kGiveLink{
    "give_link", "UPDATE links SET owner = ?3 WHERE code = ?1 AND owner IS ?2 AND deleted_at IS NULL"};

constexpr Statement kSpendVisits{"spend_visits", "UPDATE links SET spent = spent + ?2 WHERE code = ?1"};

}  // namespace

std::optional<Link> find_row(Connection& db, const ShortCode& code) {
  Execution query = db.run(kFindLink);
  query.bind(code);
  if (!query.step()) return std::nullopt;
  return read_link(query);
}

std::optional<Link> lock_row(Connection& db, const ShortCode& code, const std::optional<KeyId>& owner) {
  if (!owner) return find_row(db, code);
  Execution query = db.run(kFindLinkOfOwner);
  query.bind(code, *owner);
  if (!query.step()) return std::nullopt;
  return read_link(query);
}

std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match) {
  const bool named = match == ReuseMatch::named_title_and_tags;
  const LinkSettings& settings = link.settings;
  Execution query = db.run(kFindReusable);
  query.bind(hash_of(link.target), link.target.str(), status_of(settings), settings.forward_query,
             settings.enabled, settings.not_before, settings.expires_at, link.created_at,
             named ? link.title : std::nullopt, tags_to_json(named ? link.tags : std::vector<std::string>{}),
             settings.max_visits, link.owner, !named);
  if (!query.step()) return std::nullopt;
  return read_link(query);
}

bool insert_row(Connection& db, const links::NewLink& link) {
  const LinkSettings& settings = link.settings;
  Execution insert = db.run(kInsertLink);
  insert.bind(link.code, link.target.str(), hash_of(link.target), link.title, tags_to_json(link.tags),
              status_of(settings), settings.forward_query, settings.enabled, settings.not_before,
              settings.expires_at, link.created_at, link.updated_at.value_or(link.created_at), link.version,
              settings.max_visits, link.spent, link.owner);
  return insert.finish() == 1;
}

void insert_imported_visits(Connection& db, const ShortCode& code, std::int64_t humans, std::int64_t bots) {
  db.run(kInsertImportedVisits).bind(code, humans, bots).finish();
}

void add_to_imported_visits(Connection& db, std::int64_t humans, std::int64_t bots) {
  db.run(kSumImportedVisits).bind(humans, bots).finish();
}

void update_row(Connection& db, const Link& link) {
  const LinkSettings& settings = link.settings;
  Execution update = db.run(kUpdateLink);
  update.bind(link.code, link.target.str(), hash_of(link.target), link.title, tags_to_json(link.tags),
              status_of(settings), settings.forward_query, settings.enabled, settings.not_before,
              settings.expires_at, link.updated_at, link.version, settings.max_visits);
  update.finish();
}

bool give_row(Connection& db, const ShortCode& code, const std::optional<KeyId>& from, const KeyId& to) {
  return db.run(kGiveLink).bind(code, from, to).finish() == 1;
}

void delete_row(Connection& db, const Link& link) {
  Execution update = db.run(kDeleteLink);
  update.bind(link.code, link.deleted_at, link.version);
  update.finish();
}

void restore_row(Connection& db, const Link& link) {
  Execution update = db.run(kRestoreLink);
  update.bind(link.code, link.updated_at, link.version);
  update.finish();
}

void spend_row(Connection& db, const ShortCode& code, std::uint64_t visits) {
  Execution update = db.run(kSpendVisits);
  update.bind(code, static_cast<std::int64_t>(visits));
  update.finish();
}

}  // namespace curt::store::sqlite

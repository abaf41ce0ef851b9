#include "store/postgres/links/link_rows.hpp"

#include <array>
#include <string>
#include <vector>

#include "store/link_row.hpp"
#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"

namespace curt::store::postgres {
namespace {

constexpr Statement kFindLink{"find_link", "SELECT " CURT_LINK_COLUMNS " FROM links AS l WHERE l.code = $1"};

/// NO KEY, so that rows which refer to the link can be written meanwhile.
constexpr Statement kLockLink{
    "lock_link", "SELECT " CURT_LINK_COLUMNS " FROM links AS l WHERE l.code = $1 FOR NO KEY UPDATE"};

constexpr Statement kLockLinkOfOwner{"lock_link_of_owner",
                                     "SELECT " CURT_LINK_COLUMNS
                                     " FROM links AS l WHERE l.code = $1 AND l.owner = $2"
                                     " FOR NO KEY UPDATE"};

/// Shares the lock of imports, which make many links; one transaction at a time for each target.
constexpr Statement kLockReuse{"lock_reuse",
                               "SELECT pg_advisory_xact_lock_shared(1668641396, 1),"
                               " pg_advisory_xact_lock(1668641397, hashint8($1::bigint))",
                               Charge::nothing};

constexpr Statement kFindReusable{
    "find_reusable",
    "SELECT " CURT_LINK_COLUMNS
    " FROM links AS l WHERE l.target_hash = $1 AND l.target = $2 AND l.deleted_at IS NULL"
    " AND l.redirect_status = $3 AND l.forward_query = $4 AND l.enabled = $5"
    " AND l.not_before IS NOT DISTINCT FROM $6::bigint AND l.expires_at IS NOT DISTINCT FROM $7::bigint"
    " AND (l.expires_at IS NULL OR l.expires_at > $8) AND ($9::text IS NULL OR l.title = $9::text)"
    " AND ($10::jsonb = '[]' OR l.tags = $10::jsonb) AND l.max_visits IS NOT DISTINCT FROM $11::bigint"
    " AND (l.max_visits IS NULL OR l.spent < l.max_visits) AND l.owner IS NOT DISTINCT FROM $12::text"
    " ORDER BY l.created_at, l.code LIMIT 1"};

/// In the order of the codes, so that two of these never deadlock. Of rows with one code the first is stored.
constexpr Statement kInsertLinks{
    "insert_links",
    "INSERT INTO links (code, target, target_hash, title, tags, redirect_status, forward_query, enabled,"
    " not_before, expires_at, created_at, updated_at, version, max_visits, spent, owner)"
    " SELECT n.code, n.target, n.target_hash, n.title, n.tags::jsonb, n.redirect_status, n.forward_query,"
    " n.enabled, n.not_before, n.expires_at, n.created_at, n.updated_at, n.version, n.max_visits, n.spent,"
    " n.owner"
    " FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::smallint[],"
    " $7::boolean[], $8::boolean[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],"
    " $13::bigint[], $14::bigint[], $15::bigint[], $16::text[]) WITH ORDINALITY"
    " AS n (code, target, target_hash, title, tags, redirect_status, forward_query, enabled, not_before,"
    " expires_at, created_at, updated_at, version, max_visits, spent, owner, position) ORDER BY n.code "
    "COLLATE \"C\", n.position"
    " ON CONFLICT (code) DO NOTHING RETURNING code"};

constexpr Statement kUpdateLink{
    "update_link",
    "UPDATE links SET target = $2, target_hash = $3, title = $4, tags = $5::jsonb, redirect_status = $6,"
    " forward_query = $7, enabled = $8, not_before = $9, expires_at = $10, updated_at = $11, version = $12,"
    " max_visits = $13 WHERE code = $1"};

constexpr Statement kDeleteLink{
    "delete_link", "UPDATE links SET deleted_at = $2, updated_at = $2, version = $3 WHERE code = $1"};

constexpr Statement kRestoreLink{
    "restore_link", "UPDATE links SET deleted_at = NULL, updated_at = $2, version = $3 WHERE code = $1"};

/// In the order of the codes, so that two of these never deadlock.
constexpr Statement kGiveLinks{
    "give_links",
    "WITH theirs AS (SELECT code FROM links WHERE code = ANY ($1::text[]) AND owner IS NOT DISTINCT FROM "
    "$2::text"
    " AND deleted_at IS NULL ORDER BY code FOR NO KEY UPDATE),"
    " given AS (UPDATE links AS l SET owner = $3 FROM theirs WHERE l.code = theirs.code RETURNING l.code)"
    " SELECT code FROM given ORDER BY code"};

std::optional<Link> first_link(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return read_link(Row{rows[0]});
}

}  // namespace

std::optional<Link> find_row(Connection& db, const ShortCode& code) {
  return first_link(db.run(kFindLink, {text_of(code)}));
}

std::optional<Link> lock_row(Connection& db, const ShortCode& code, const std::optional<KeyId>& owner) {
  if (owner) return first_link(db.run(kLockLinkOfOwner, {text_of(code), text_of(*owner)}));
  return first_link(db.run(kLockLink, {text_of(code)}));
}

std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match) {
  const bool named = match == ReuseMatch::named_title_and_tags;
  const LinkSettings& settings = link.settings;
  return first_link(
      db.run(kFindReusable,
             {std::to_string(hash_of(link.target)), link.target.str(), std::to_string(status_of(settings)),
              text_of(settings.forward_query), text_of(settings.enabled), text_of(settings.not_before),
              text_of(settings.expires_at), text_of(link.created_at), named ? link.title : std::nullopt,
              tags_to_json(named ? link.tags : std::vector<std::string>{}), text_of(settings.max_visits),
              text_of(link.owner)}));
}

std::unordered_set<ShortCode> insert_rows(Connection& db, std::span<const links::NewLink* const> links) {
  std::unordered_set<ShortCode> stored;
  if (links.empty()) return stored;
  std::array<ArrayText, 16> columns;
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
    columns[11].add(link->updated_at.value_or(link->created_at));
    columns[12].add(link->version);
    columns[13].add(settings.max_visits);
    columns[14].add(link->spent);
    columns[15].add(link->owner);
  }
  Parameters parameters;
  for (ArrayText& column : columns) parameters.emplace_back(column.take());
  const pqxx::result rows = db.run(kInsertLinks, parameters);
  for (const auto& row : rows) stored.insert(ShortCode::from_valid(row[0].c_str()));
  return stored;
}

bool insert_row(Connection& db, const links::NewLink& link) {
  const std::array<const links::NewLink*, 1> rows{&link};
  return !insert_rows(db, rows).empty();
}

void lock_reuse(Connection& db, const TargetUrl& target) {
  db.run(kLockReuse, {std::to_string(hash_of(target))});
}

void update_row(Connection& db, const Link& link) {
  const LinkSettings& settings = link.settings;
  db.run(kUpdateLink,
         {text_of(link.code), link.target.str(), std::to_string(hash_of(link.target)), link.title,
          tags_to_json(link.tags), std::to_string(status_of(settings)), text_of(settings.forward_query),
          text_of(settings.enabled), text_of(settings.not_before), text_of(settings.expires_at),
          text_of(link.updated_at), std::to_string(link.version), text_of(settings.max_visits)});
}

std::vector<ShortCode> give_rows(Connection& db, const std::vector<ShortCode>& codes,
                                 const std::optional<KeyId>& from, const KeyId& to) {
  ArrayText wanted;
  for (const ShortCode& code : codes) wanted.add(code.view());
  std::vector<ShortCode> given;
  for (const auto& row : db.run_and_commit(kGiveLinks, {wanted.take(), text_of(from), text_of(to)})) {
    given.push_back(ShortCode::from_valid(row[0].c_str()));
  }
  return given;
}

void delete_row(Connection& db, const Link& link) {
  db.run(kDeleteLink, {text_of(link.code), text_of(link.deleted_at), std::to_string(link.version)});
}

void restore_row(Connection& db, const Link& link) {
  db.run(kRestoreLink, {text_of(link.code), text_of(link.updated_at), std::to_string(link.version)});
}

}  // namespace curt::store::postgres

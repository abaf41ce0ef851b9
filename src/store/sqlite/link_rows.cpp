#include "store/sqlite/link_rows.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>
#include <openssl/sha.h>

namespace curt::store {
namespace {

std::string text_of(const ShortCode& code) { return std::string{code.view()}; }

std::int64_t status_of(const LinkSettings& settings) {
  return static_cast<std::int64_t>(settings.redirect_status);
}

std::int64_t number_of(bool flag) { return flag ? 1 : 0; }

std::optional<Timestamp> read_optional_time(const Execution& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.time(column);
}

}  // namespace

std::int64_t hash_of(const TargetUrl& target) {
  const std::string& url = target.str();
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(url.data()), url.size(), digest.data());
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof hash; ++i) hash = hash << 8U | digest[i];
  return static_cast<std::int64_t>(hash);
}

std::string tags_to_json(const std::vector<std::string>& tags) {
  if (tags.empty()) return "[]";
  return nlohmann::json(tags).dump();
}

Link read_link(const Execution& row) {
  const std::string tags = row.text(3);
  LinkSettings settings;
  settings.redirect_status = redirect_status_from(row.integer(4)).value_or(RedirectStatus::found);
  settings.forward_query = row.integer(5) != 0;
  settings.enabled = row.integer(6) != 0;
  settings.not_before = read_optional_time(row, 7);
  settings.expires_at = read_optional_time(row, 8);
  Link link{.code = ShortCode::from_valid(row.text(0)),
            .target = TargetUrl::from_stored(row.text(1)),
            .title = std::nullopt,
            .tags = {},
            .settings = settings,
            .created_at = row.time(9),
            .updated_at = row.time(10),
            .version = row.integer(11),
            .deleted_at = read_optional_time(row, 12)};
  if (!row.is_null(2)) link.title = row.text(2);
  if (tags != "[]") link.tags = nlohmann::json::parse(tags).get<std::vector<std::string>>();
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
             named ? link.title : std::nullopt, tags_to_json(named ? link.tags : std::vector<std::string>{}));
  if (!query.step()) return std::nullopt;
  return read_link(query);
}

bool insert_row(Connection& db, const links::NewLink& link) {
  const LinkSettings& settings = link.settings;
  Execution insert = db.run(Statement::insert_link);
  insert.bind(text_of(link.code), link.target.str(), hash_of(link.target), link.title,
              tags_to_json(link.tags), status_of(settings), number_of(settings.forward_query),
              number_of(settings.enabled), settings.not_before, settings.expires_at, link.created_at);
  return insert.finish() == 1;
}

void update_row(Connection& db, const Link& link) {
  const LinkSettings& settings = link.settings;
  Execution update = db.run(Statement::update_link);
  update.bind(text_of(link.code), link.target.str(), hash_of(link.target), link.title,
              tags_to_json(link.tags), status_of(settings), number_of(settings.forward_query),
              number_of(settings.enabled), settings.not_before, settings.expires_at, link.updated_at,
              link.version);
  update.finish();
}

void delete_row(Connection& db, const Link& link) {
  Execution update = db.run(Statement::delete_link);
  update.bind(text_of(link.code), link.deleted_at, link.version);
  update.finish();
}

}  // namespace curt::store

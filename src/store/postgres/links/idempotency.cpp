#include "store/postgres/links/idempotency.hpp"

#include "store/postgres/links/link_rows.hpp"

namespace curt::store::postgres {
namespace {

/// More than one, so that old keys become fewer while new ones come; few, so that no request waits for it.
constexpr const char* kPurgedAtOnce = "8";

}  // namespace

std::optional<EarlierRequest> find_idempotency(Session& db, const std::string& key, Timestamp now) {
  db.run(Statement::lock_key, {key});
  const pqxx::result rows =
      db.run(Statement::find_idempotency, {key, text_of(now - links::kIdempotencyWindow)});
  if (rows.empty()) return std::nullopt;
  return EarlierRequest{rows[0][0].c_str(), ShortCode::from_valid(rows[0][1].c_str())};
}

void remember_idempotency(Session& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now) {
  db.run(Statement::insert_idempotency, {key.key, key.body_hash, text_of(code), text_of(now)});
  db.run(Statement::purge_idempotency, {text_of(now - links::kIdempotencyWindow), kPurgedAtOnce});
}

}  // namespace curt::store::postgres

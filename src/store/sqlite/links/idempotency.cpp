#include "store/sqlite/links/idempotency.hpp"

namespace curt::store::sqlite {
namespace {

/// More than one, so that old keys become fewer while new ones come; few, so that no request waits for it.
constexpr std::int64_t kPurgedAtOnce = 8;

}  // namespace

std::optional<EarlierRequest> find_idempotency(Connection& db, const std::string& key, Timestamp now) {
  Execution query = db.run(Statement::find_idempotency);
  query.bind(key, now - links::kIdempotencyWindow);
  if (!query.step()) return std::nullopt;
  return EarlierRequest{query.text(0), ShortCode::from_valid(query.text(1))};
}

void remember_idempotency(Connection& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now) {
  db.run(Statement::insert_idempotency).bind(key.key, key.body_hash, std::string{code.view()}, now).finish();
  db.run(Statement::purge_idempotency).bind(now - links::kIdempotencyWindow, kPurgedAtOnce).finish();
}

}  // namespace curt::store::sqlite

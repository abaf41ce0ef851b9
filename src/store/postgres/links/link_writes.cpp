#include "store/postgres/links/link_writes.hpp"

#include "store/postgres/links/idempotency.hpp"
#include "store/postgres/links/link_rows.hpp"
#include "store/postgres/pool/in_transaction.hpp"
#include "store/write_steps.hpp"

namespace curt::store::postgres {

result<links::Created> create_link(Connection& db, const links::CreateRequest& request) {
  return in_transaction<links::Created>(db, [&] { return create_step(db, request); });
}

result<links::Edited> update_link(Connection& db, const ShortCode& code, const links::LinkPatch& patch,
                                  std::optional<std::int64_t> if_version, Timestamp now) {
  return in_transaction<links::Edited>(db, [&] { return update_step(db, code, patch, if_version, now); });
}

result<Link> remove_link(Connection& db, const ShortCode& code, std::optional<std::int64_t> if_version,
                         Timestamp now) {
  return in_transaction<Link>(db, [&] { return remove_step(db, code, if_version, now); });
}

}  // namespace curt::store::postgres

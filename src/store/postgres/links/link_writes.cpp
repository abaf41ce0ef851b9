#include "store/postgres/links/link_writes.hpp"

#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/links/idempotency.hpp"
#include "store/postgres/links/link_rows.hpp"
#include "store/write_steps.hpp"

namespace curt::store::postgres {

result<links::Created> create_link(Connection& db, const links::CreateRequest& request) {
  return in_transaction<links::Created>(db, [&] { return create_step(db, request); });
}

result<links::Edited> update_link(Connection& db, const ShortCode& code, const links::LinkPatch& patch,
                                  const links::Precondition& only_if, Timestamp now) {
  return in_transaction<links::Edited>(db, [&] { return update_step(db, code, patch, only_if, now); });
}

result<std::vector<Link>> disable_links(Connection& db, const std::vector<links::LinkVersion>& links,
                                        Timestamp now) {
  return in_transaction<std::vector<Link>>(db, [&] { return disable_step(db, links, now); });
}

result<Link> remove_link(Connection& db, const ShortCode& code, const links::Precondition& only_if,
                         Timestamp now) {
  return in_transaction<Link>(db, [&] { return remove_step(db, code, only_if, now); });
}

result<Link> restore_link(Connection& db, const ShortCode& code, const links::Precondition& only_if,
                          Timestamp now) {
  return in_transaction<Link>(db, [&] { return restore_step(db, code, only_if, now); });
}

result<std::vector<ShortCode>> give_links(Connection& db, const std::vector<ShortCode>& codes,
                                          const std::optional<KeyId>& from, const KeyId& to) {
  return give_rows(db, codes, from, to);
}

}  // namespace curt::store::postgres

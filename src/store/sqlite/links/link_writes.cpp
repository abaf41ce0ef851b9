#include "store/sqlite/links/link_writes.hpp"

#include <algorithm>
#include <optional>

#include "store/sqlite/links/idempotency.hpp"
#include "store/sqlite/links/link_rows.hpp"
#include "store/write_steps.hpp"

namespace curt::store::sqlite {

result<links::Created> create_link(Connection& db, const links::CreateRequest& request) {
  return create_step(db, request);
}

result<links::Edited> update_link(Connection& db, const ShortCode& code, const links::LinkPatch& patch,
                                  const links::Precondition& only_if, Timestamp now) {
  return update_step(db, code, patch, only_if, now);
}

result<std::vector<Link>> disable_links(Connection& db, const std::vector<links::LinkVersion>& links,
                                        Timestamp now) {
  return disable_step(db, links, now);
}

result<Link> remove_link(Connection& db, const ShortCode& code, const links::Precondition& only_if,
                         Timestamp now) {
  return remove_step(db, code, only_if, now);
}

result<Link> restore_link(Connection& db, const ShortCode& code, const links::Precondition& only_if,
                          Timestamp now) {
  return restore_step(db, code, only_if, now);
}

result<std::vector<ShortCode>> give_links(Connection& db, std::vector<ShortCode> codes,
                                          const std::optional<KeyId>& from, const KeyId& to) {
  std::sort(codes.begin(), codes.end());
  std::erase_if(codes, [&](const ShortCode& code) { return !give_row(db, code, from, to); });
  return codes;
}

result<links::Spent> spend_visits(Connection& db, const ShortCode& code, std::uint64_t visits,
                                  Timestamp now) {
  std::optional<Link> link = find_row(db, code);
  if (!link) return not_found(code);
  const std::uint64_t granted = links::grantable(*link, visits, now);
  if (granted > 0 && link->settings.max_visits) {
    spend_row(db, code, granted);
    link->spent += static_cast<std::int64_t>(granted);
  }
  return links::Spent{*std::move(link), granted};
}

}  // namespace curt::store::sqlite

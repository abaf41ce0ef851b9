#include "store/postgres/links/spend_visits.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <optional>
#include <string>

#include "store/postgres/links/link_rows.hpp"
#include "store/refusals.hpp"

namespace curt::store::postgres {
namespace {

using links::Spent;

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

/// What the statement granted; nothing if there is no such link.
std::optional<Spent> run_once(Session& db, const ShortCode& code, std::uint64_t visits, Timestamp now) {
  const pqxx::result rows = db.run_and_commit(
      Statement::spend_visits, {text_of(code), std::to_string(std::min(visits, kMost)), text_of(now)});
  if (rows.empty()) return std::nullopt;
  return Spent{read_link(rows[0]), rows[0]["granted"].as<std::uint64_t>()};
}

}  // namespace

result<Spent> spend_visits(Session& db, const ShortCode& code, std::uint64_t visits, Timestamp now) {
  if (visits == 0) {
    std::optional<Link> link = find_row(db, code);
    if (!link) return not_found(code);
    return Spent{*std::move(link), 0};
  }
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      std::optional<Spent> spent = run_once(db, code, visits, now);
      if (!spent) return not_found(code);
      if (!spent->link.settings.max_visits) spent->granted = links::grantable(spent->link, visits, now);
      // Somebody that it waited for closed the link or spent the rest, and it is shown as it was before.
      const bool again = spent->granted == 0 && links::grantable(spent->link, visits, now) > 0;
      if (!again || attempt == kAttempts) return *std::move(spent);
    } catch (const std::exception& e) {
      const bool again = kind_of(e) == Failure::conflict && !db.is_broken() && !db.deadline().passed();
      if (!again || attempt == kAttempts) throw;
    }
  }
}

}  // namespace curt::store::postgres

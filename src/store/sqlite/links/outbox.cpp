#include "store/sqlite/links/outbox.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

#include "store/link_row.hpp"

namespace curt::store::sqlite {
namespace {

using links::Change;
using links::Outbox;
using links::OutboxView;

#define CURT_NOW "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"

/// One statement, hence one state of the database. ?1 is the number of the last change that the look before
/// saw, null at the first; ?2 kSettled in milliseconds, ?3 kMost + 1. A row without a code comes where
/// nothing is fresh. A clock that was set back must not hide an open change.
constexpr Statement kLook{
    "look_at_outbox",
    "SELECT (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'unannounced'),"
    " (SELECT identity FROM shared_cache), o.open, o.age, f.code, f.version"
    " FROM (SELECT (SELECT count(*) FROM (SELECT 1 FROM unannounced WHERE announced < version"
    " AND (since <= n.now - ?2 OR since > n.now) LIMIT ?3)) AS open,"
    " n.now - (SELECT min(since) FROM unannounced WHERE announced < version) AS age"
    " FROM (SELECT " CURT_NOW
    " AS now) AS n LIMIT 1) AS o"
    " LEFT JOIN (SELECT code, version FROM unannounced WHERE number > ?1 ORDER BY number LIMIT ?3) AS f",
    Charge::nothing};

constexpr Statement kFindOpen{
    "find_open_changes",
    "SELECT " CURT_LINK_COLUMNS
    " FROM unannounced AS u CROSS JOIN links AS l ON l.code = u.code CROSS JOIN (SELECT " CURT_NOW
    " AS now) AS n WHERE u.announced < u.version AND u.code > ?1"
    " AND (u.since <= n.now - ?2 OR u.since > n.now) ORDER BY u.code LIMIT ?3",
    Charge::nothing};

constexpr Statement kNoteAnnounced{
    "note_announced",
    "UPDATE unannounced SET announced = max(announced, ?2), touched_at = " CURT_NOW
    " WHERE code = ?1 AND announced < ?2 AND (SELECT identity FROM shared_cache) = ?3",
    Charge::nothing};

constexpr Statement kBelieve{"believe_cache", "UPDATE shared_cache SET identity = ?1 WHERE identity = ?2",
                             Charge::nothing};

/// The other cache may have been filled by a reading that is older than one of these.
constexpr Statement kReopen{
    "reopen_changes",
    "UPDATE unannounced SET announced = 0 WHERE announced >= version AND touched_at > " CURT_NOW " - ?1",
    Charge::nothing};

constexpr Statement kSweep{
    "sweep_outbox",
    "DELETE FROM unannounced WHERE number IN (SELECT u.number FROM unannounced AS u JOIN (SELECT " CURT_NOW
    " AS now) AS n WHERE (u.announced >= u.version AND u.touched_at < n.now - ?1)"
    " OR (u.announced < u.version AND u.since < n.now - ?2 AND u.touched_at < n.now - ?2) LIMIT ?3)",
    Charge::nothing};

#undef CURT_NOW

struct LookColumn {
  enum Number : int { last, identity, open, oldest, code, version };
};

std::int64_t count_of(std::chrono::milliseconds time) { return time.count(); }

/// OutboxView::seen is the number of the last change.
std::optional<std::int64_t> seen_from(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

result<OutboxView> look_at_outbox(Connection& db, const std::string& since) {
  using Column = LookColumn;
  const std::optional<std::int64_t> before = seen_from(since);
  Execution row = db.run(kLook);
  row.bind(before, count_of(Outbox::kSettled), std::uint64_t{OutboxView::kMost + 1});
  OutboxView view;
  while (row.step()) {
    if (view.seen.empty()) {
      view.seen = row.text(Column::last);
      view.believed = row.text(Column::identity);
      view.open = static_cast<std::size_t>(row.integer(Column::open));
      if (!row.is_null(Column::oldest)) view.oldest = std::chrono::milliseconds{row.integer(Column::oldest)};
      // A number that goes back belongs to another file.
      view.incomplete = !before || *before > row.integer(Column::last);
    }
    if (view.incomplete || row.is_null(Column::code)) break;
    view.fresh.push_back({ShortCode::from_valid(row.text(Column::code)), row.integer(Column::version)});
  }
  if (view.fresh.size() > OutboxView::kMost) {
    view.incomplete = true;
    view.fresh.clear();
  }
  return view;
}

result<std::vector<Link>> find_open_changes(Connection& db, const ShortCode& after, std::size_t limit) {
  Execution row = db.run(kFindOpen);
  row.bind(after, count_of(Outbox::kSettled), std::uint64_t{limit});
  std::vector<Link> links;
  while (row.step()) links.push_back(read_link(row));
  return links;
}

result<void> note_changes_announced(Connection& db, const std::vector<Change>& changes,
                                    const std::string& identity) {
  for (const Change& change : changes) {
    db.run(kNoteAnnounced).bind(change.code, change.version, identity).finish();
  }
  return {};
}

result<bool> believe_cache(Connection& db, const std::string& identity, const std::string& instead_of) {
  const bool done = db.run(kBelieve).bind(identity, instead_of).finish() == 1;
  if (done) db.run(kReopen).bind(count_of(Outbox::kKept)).finish();
  return done;
}

result<std::size_t> sweep_outbox(Connection& db, std::size_t limit) {
  Execution sweep = db.run(kSweep);
  sweep.bind(count_of(Outbox::kKept), count_of(Outbox::kLongest), std::uint64_t{limit});
  return static_cast<std::size_t>(sweep.finish());
}

}  // namespace curt::store::sqlite

#include "store/postgres/link_writes.hpp"

#include <array>
#include <string>
#include <utility>

#include "store/postgres/idempotency.hpp"
#include "store/postgres/in_transaction.hpp"
#include "store/postgres/link_rows.hpp"
#include "store/refusals.hpp"

namespace curt::store::postgres {
namespace {

using links::CodeSource;
using links::Created;
using links::CreateOutcome;
using links::CreateRequest;

/// The link with the wished alias, if it serves as well.
std::optional<Link> find_alias_to_reuse(Session& db, const CreateRequest& request) {
  std::optional<Link> link = find_row(db, request.link.code);
  if (link && !serves_as(*link, request.link)) link.reset();
  return link;
}

std::optional<Link> find_to_reuse(Session& db, const CreateRequest& request) {
  if (!request.reuse) return std::nullopt;
  if (request.code_source == CodeSource::alias) return find_alias_to_reuse(db, request);
  db.run(Statement::lock_reuse, {std::to_string(hash_of(request.link.target))});
  return find_reusable(db, request.link, ReuseMatch::named_title_and_tags);
}

result<Created> insert_or_reuse(Session& db, const CreateRequest& request) {
  if (std::optional<Link> link = find_to_reuse(db, request)) {
    return Created{*std::move(link), CreateOutcome::reused};
  }
  const std::array<const links::NewLink*, 1> rows{&request.link};
  if (!insert_rows(db, rows).empty()) return Created{as_stored(request.link), CreateOutcome::created};
  if (request.reuse && request.code_source == CodeSource::alias) {
    // Another request for the same alias may have been faster since we looked.
    if (std::optional<Link> link = find_alias_to_reuse(db, request)) {
      return Created{*std::move(link), CreateOutcome::reused};
    }
  }
  return alias_taken(request.link.code);
}

result<Created> create(Session& db, const CreateRequest& request) {
  if (!request.idempotency) return insert_or_reuse(db, request);
  const Timestamp now = request.link.created_at;
  if (const auto earlier = find_idempotency(db, request.idempotency->key, now)) {
    if (earlier->body_hash != request.idempotency->body_hash) return idempotency_key_reused();
    std::optional<Link> link = find_row(db, earlier->code);
    if (!link || link->deleted_at) return deleted(earlier->code);
    return Created{*std::move(link), CreateOutcome::replayed};
  }
  result<Created> created = insert_or_reuse(db, request);
  if (created) remember_idempotency(db, *request.idempotency, created->link.code, now);
  return created;
}

/// The link that an edit begins with, locked.
result<Link> find_to_edit(Session& db, const ShortCode& code, std::optional<std::int64_t> if_version) {
  std::optional<Link> link = lock_row(db, code);
  if (!link) return not_found(code);
  if (link->deleted_at) return deleted(code);
  if (if_version && *if_version != link->version) return version_mismatch(link->version);
  return *std::move(link);
}

}  // namespace

result<Created> create_link(Session& db, const CreateRequest& request) {
  return in_transaction<Created>(db, [&] { return create(db, request); });
}

result<Link> update_link(Session& db, const ShortCode& code, const links::LinkPatch& patch,
                         std::optional<std::int64_t> if_version, Timestamp now) {
  return in_transaction<Link>(db, [&]() -> result<Link> {
    result<Link> link = find_to_edit(db, code, if_version);
    if (!link) return link;
    const std::int64_t version_before = link->version;
    result<Link> edited = links::apply(patch, *std::move(link), now);
    if (edited && edited->version != version_before) update_row(db, *edited);
    return edited;
  });
}

result<Link> remove_link(Session& db, const ShortCode& code, std::optional<std::int64_t> if_version,
                         Timestamp now) {
  return in_transaction<Link>(db, [&]() -> result<Link> {
    result<Link> link = find_to_edit(db, code, if_version);
    if (!link) return link;
    ++link->version;
    link->updated_at = now;
    link->deleted_at = now;
    delete_row(db, *link);
    return link;
  });
}

}  // namespace curt::store::postgres

#include "store/sqlite/link_writes.hpp"

#include <string>
#include <utility>

#include "store/refusals.hpp"
#include "store/sqlite/idempotency.hpp"
#include "store/sqlite/link_rows.hpp"

namespace curt::store {
namespace {

using links::CodeSource;
using links::Created;
using links::CreateOutcome;
using links::CreateRequest;
using links::ImportOutcome;
using links::ImportRow;

std::optional<Link> find_to_reuse(Connection& db, const CreateRequest& request) {
  if (!request.reuse) return std::nullopt;
  if (request.code_source == CodeSource::generated) {
    return find_reusable(db, request.link, ReuseMatch::named_title_and_tags);
  }
  std::optional<Link> link = find_row(db, request.link.code);
  if (link && !serves_as(*link, request.link)) link.reset();
  return link;
}

result<Created> insert_or_reuse(Connection& db, const CreateRequest& request) {
  if (std::optional<Link> link = find_to_reuse(db, request))
    return Created{*std::move(link), CreateOutcome::reused};
  if (!insert_row(db, request.link)) return alias_taken(request.link.code);
  return Created{as_stored(request.link), CreateOutcome::created};
}

/// The link that an edit begins with.
result<Link> find_to_edit(Connection& db, const ShortCode& code, std::optional<std::int64_t> if_version) {
  std::optional<Link> link = find_row(db, code);
  if (!link) return not_found(code);
  if (link->deleted_at) return deleted(code);
  if (if_version && *if_version != link->version) return version_mismatch(link->version);
  return *std::move(link);
}

ImportOutcome import_row(Connection& db, const ImportRow& row) {
  if (row.code_source == CodeSource::generated &&
      find_reusable(db, row.link, ReuseMatch::target_and_settings)) {
    return ImportOutcome::already_there;
  }
  if (insert_row(db, row.link)) return ImportOutcome::imported;
  if (row.code_source == CodeSource::generated) return ImportOutcome::code_taken;
  const std::optional<Link> holder = find_row(db, row.link.code);
  const bool same = holder && !holder->deleted_at && holder->target == row.link.target;
  return same ? ImportOutcome::already_there : ImportOutcome::code_taken;
}

}  // namespace

result<Created> create_link(Connection& db, const CreateRequest& request) {
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

result<Link> update_link(Connection& db, const ShortCode& code, const links::LinkPatch& patch,
                         std::optional<std::int64_t> if_version, Timestamp now) {
  result<Link> link = find_to_edit(db, code, if_version);
  if (!link) return link;
  const std::int64_t version_before = link->version;
  result<Link> edited = links::apply(patch, *std::move(link), now);
  if (edited && edited->version != version_before) update_row(db, *edited);
  return edited;
}

result<Link> remove_link(Connection& db, const ShortCode& code, std::optional<std::int64_t> if_version,
                         Timestamp now) {
  result<Link> link = find_to_edit(db, code, if_version);
  if (!link) return link;
  ++link->version;
  link->updated_at = now;
  link->deleted_at = now;
  delete_row(db, *link);
  return link;
}

std::vector<ImportOutcome> import_links(Connection& db, const std::vector<ImportRow>& rows) {
  std::vector<ImportOutcome> outcomes;
  outcomes.reserve(rows.size());
  for (const ImportRow& row : rows) outcomes.push_back(import_row(db, row));
  return outcomes;
}

}  // namespace curt::store

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"
#include "store/refusals.hpp"

namespace curt::store {

// The steps of the writes for one link, the same for every store and each to be run inside a transaction.
// `Db` is the store's connection; its namespace has the SQL statements as functions of these names:
//
//   find_row, lock_row (the row stays as it is until the end of the transaction; with an owner, only if the
//   link is its own), insert_row, update_row, delete_row, restore_row, lock_reuse (others who look for a link
//   with this target to reuse wait), find_reusable, find_idempotency, remember_idempotency

/// The link with the requested alias, if it serves as well.
template <class Db>
std::optional<Link> find_alias_to_reuse(Db& db, const links::CreateRequest& request) {
  std::optional<Link> link = find_row(db, request.link.code);
  if (link && !serves_as(*link, request.link)) link.reset();
  return link;
}

template <class Db>
std::optional<Link> find_to_reuse(Db& db, const links::CreateRequest& request) {
  if (!request.reuse) return std::nullopt;
  if (request.code_source == links::CodeSource::alias) return find_alias_to_reuse(db, request);
  lock_reuse(db, request.link.target);
  return find_reusable(db, request.link, ReuseMatch::named_title_and_tags);
}

template <class Db>
result<links::Created> insert_or_reuse(Db& db, const links::CreateRequest& request) {
  if (std::optional<Link> link = find_to_reuse(db, request)) {
    return links::Created{*std::move(link), links::CreateOutcome::reused};
  }
  if (insert_row(db, request.link)) {
    return links::Created{as_stored(request.link), links::CreateOutcome::created};
  }
  if (request.reuse && request.code_source == links::CodeSource::alias) {
    // Another request for the same alias may have been faster since we looked.
    if (std::optional<Link> link = find_alias_to_reuse(db, request)) {
      return links::Created{*std::move(link), links::CreateOutcome::reused};
    }
  }
  return alias_taken(request.link.code);
}

/// LinkStore::create()
template <class Db>
result<links::Created> create_step(Db& db, const links::CreateRequest& request) {
  if (!request.idempotency) return insert_or_reuse(db, request);
  const Timestamp now = request.link.created_at;
  if (const auto earlier = find_idempotency(db, *request.idempotency, now)) {
    if (earlier->body_hash != request.idempotency->body_hash) return idempotency_key_reused();
    std::optional<Link> link = find_row(db, earlier->code);
    if (!link || link->deleted_at) return deleted(earlier->code);
    return links::Created{*std::move(link), links::CreateOutcome::replayed};
  }
  result<links::Created> created = insert_or_reuse(db, request);
  if (created) remember_idempotency(db, *request.idempotency, created->link.code, now);
  return created;
}

/// The link that an edit begins with, locked.
template <class Db>
result<Link> find_to_edit(Db& db, const ShortCode& code, const links::Precondition& only_if) {
  std::optional<Link> link = lock_row(db, code, only_if.owner);
  if (!link) return not_found(code);
  if (link->deleted_at) return deleted(code);
  if (!only_if.versions.include(link->version)) return version_mismatch(link->version);
  return *std::move(link);
}

/// LinkStore::update()
template <class Db>
result<links::Edited> update_step(Db& db, const ShortCode& code, const links::LinkPatch& patch,
                                  const links::Precondition& only_if, Timestamp now) {
  result<Link> link = find_to_edit(db, code, only_if);
  if (!link) return link.error();
  const std::int64_t version_before = link->version;
  result<Link> edited = links::apply(patch, *std::move(link), now);
  if (!edited) return edited.error();
  if (edited->version != version_before) update_row(db, *edited);
  return links::Edited{*std::move(edited), version_before};
}

/// LinkStore::disable(), in the order of the codes, so that two of these never deadlock.
template <class Db>
result<std::vector<Link>> disable_step(Db& db, std::vector<links::LinkVersion> links, Timestamp now) {
  std::ranges::sort(links, {}, &links::LinkVersion::code);
  std::vector<Link> disabled;
  for (const auto& [code, version] : links) {
    const links::Precondition only_if{version, {}};
    result<Link> link = find_to_edit(db, code, only_if);
    if (!link || !link->settings.enabled) continue;
    link->settings.enabled = false;
    ++link->version;
    link->updated_at = now;
    update_row(db, *link);
    disabled.push_back(*std::move(link));
  }
  return disabled;
}

/// LinkStore::remove()
template <class Db>
result<Link> remove_step(Db& db, const ShortCode& code, const links::Precondition& only_if, Timestamp now) {
  result<Link> link = find_to_edit(db, code, only_if);
  if (!link) return link;
  ++link->version;
  link->updated_at = now;
  link->deleted_at = now;
  delete_row(db, *link);
  return link;
}

/// LinkStore::restore(). The deletion has left everything else of the link in its row.
template <class Db>
result<Link> restore_step(Db& db, const ShortCode& code, const links::Precondition& only_if, Timestamp now) {
  std::optional<Link> link = lock_row(db, code, only_if.owner);
  if (!link) return not_found(code);
  if (!link->deleted_at) return not_deleted(code);
  if (!only_if.versions.include(link->version)) return version_mismatch(link->version);
  ++link->version;
  link->updated_at = now;
  link->deleted_at.reset();
  restore_row(db, *link);
  return *std::move(link);
}

}  // namespace curt::store

#include "curt/links/link_service.hpp"

#include <algorithm>
#include <utility>

#include "links/audit.hpp"

namespace curt::links {
namespace {

/// Codes that are tried for one link. The first collisions may be chance; then each try is one character
/// longer.
constexpr std::size_t kTries = 8;
constexpr std::size_t kTriesAtOneLength = 2;

}  // namespace

LinkService::LinkService(LinkStore& store, Announcer& announcer, const LinkRules& rules,
                         const CodeGenerator& codes, const Clock& clock, Metrics& metrics,
                         std::size_t code_length)
    : store_(store),
      announcer_(announcer),
      rules_(rules),
      codes_(codes),
      clock_(clock),
      collisions_(metrics.counter("curt_code_collisions_total", "Generated codes that were taken already.")),
      code_length_(code_length) {}

ShortCode LinkService::fresh_code(std::size_t length) const {
  ShortCode code = codes_.generate(length);
  while (rules_.is_reserved(code)) code = codes_.generate(length);
  return code;
}

awaitable<result<Created>> LinkService::create(Call& call, const Author& author, LinkDraft draft,
                                               std::optional<IdempotencyKey> idempotency) {
  result<CreateRequest> request = validate(draft, rules_, clock_.now());
  if (!request) co_return request.error();
  request->link.owner = author.owner;
  request->idempotency = std::move(idempotency);

  std::size_t length = code_length_.load(std::memory_order_relaxed);
  for (std::size_t attempt = 1; attempt <= kTries; ++attempt) {
    const bool generated = request->code_source == CodeSource::generated;
    if (generated) request->link.code = fresh_code(length);
    CreateRequest copy = *request;
    result<Created> created = co_await store_.create(call, std::move(copy));
    if (created) {
      if (created->outcome == CreateOutcome::created) {
        audit("create", created->link.code, {0, created->link.version}, author);
      }
      // Also a link that was there before: whoever made it may not have come to this yet, or is another
      // process.
      co_await announcer_.created(created->link);
      co_return created;
    }
    const ErrorCode error = created.error().code;
    // A lost answer may hide a link that was made.
    if (error == ErrorCode::outcome_unknown) {
      audit_unknown("create", request->link.code, author);
      announcer_.unknown(request->link.code);
    }
    if (!generated || error != ErrorCode::alias_taken) co_return created;
    collisions_.add();
    if (attempt >= kTriesAtOneLength) {
      length = std::min(length + 1, ShortCode::kMaxLength);
      code_length_.store(length, std::memory_order_relaxed);
    }
  }
  co_return Error{ErrorCode::out_of_codes, "No free code was found; choose an alias or try again.", {}, {}};
}

awaitable<result<Link>> LinkService::get(Call& call, ShortCode code, std::optional<KeyId> only) {
  result<Link> link = co_await store_.find(call, code);
  if (link && only && link->owner != only) co_return no_such_link(code);
  if (link && link->deleted_at) co_return Error{ErrorCode::deleted, "This link was deleted."};
  co_return link;
}

awaitable<result<Link>> LinkService::edit(Call& call, const Author& author, ShortCode code, EditDraft draft,
                                          WantedVersions versions) {
  const Timestamp now = clock_.now();
  result<LinkPatch> patch = validate(draft, rules_, now);
  if (!patch) co_return patch.error();
  const Precondition only_if{std::move(versions), author.only};
  result<Edited> edited = co_await store_.update(call, code, std::move(*patch), only_if, now);
  if (!edited) {
    if (edited.error().code == ErrorCode::outcome_unknown) {
      audit_unknown("edit", code, author);
      announcer_.unknown(code);
    }
    co_return edited.error();
  }
  const Link& link = edited->link;
  if (link.version != edited->version_before) {
    audit("edit", code, {edited->version_before, link.version}, author);
  }
  co_await announcer_.changed(link);
  co_return link;
}

awaitable<result<void>> LinkService::remove(Call& call, const Author& author, ShortCode code,
                                            WantedVersions versions) {
  const Precondition only_if{std::move(versions), author.only};
  result<Link> link = co_await store_.remove(call, code, only_if, clock_.now());
  if (link) {
    audit("delete", code, {link->version - 1, link->version}, author);
    co_await announcer_.changed(*link);
    co_return result<void>{};
  }
  if (link.error().code == ErrorCode::outcome_unknown) {
    audit_unknown("delete", code, author);
    announcer_.unknown(code);
  }
  co_return link.error();
}

awaitable<result<Link>> LinkService::restore(Call& call, const Author& author, ShortCode code,
                                             WantedVersions versions) {
  const Precondition only_if{std::move(versions), author.only};
  result<Link> link = co_await store_.restore(call, code, only_if, clock_.now());
  if (link) {
    audit("restore", code, {link->version - 1, link->version}, author);
    co_await announcer_.changed(*link);
    co_return link;
  }
  if (link.error().code == ErrorCode::outcome_unknown) {
    audit_unknown("restore", code, author);
    announcer_.unknown(code);
  }
  co_return link.error();
}

awaitable<result<LinkPage>> LinkService::list(Call& call, ListQuery query) {
  result<LinkPage> page = co_await store_.list(call, std::move(query));
  co_return page;
}

}  // namespace curt::links

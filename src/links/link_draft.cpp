#include "curt/links/link_draft.hpp"

#include <utility>

#include <fmt/format.h>

#include "curt/domain/findings.hpp"

namespace curt::links {
namespace {

std::optional<RedirectStatus> check_status(std::int64_t number, Findings& findings) {
  const auto status = redirect_status_from(number);
  if (!status) findings.add("redirect_status", "must be 301, 302, 307 or 308");
  return status;
}

/// The end of the link's life from either way of saying it.
std::optional<Timestamp> check_end(const std::optional<Timestamp>& expires_at,
                                   const std::optional<std::int64_t>& ttl, Timestamp now,
                                   Findings& findings) {
  if (expires_at && ttl) {
    findings.add("ttl", "excludes expires_at");
  } else if (ttl) {
    if (*ttl >= 1 && *ttl <= kMaxTtl) return now + std::chrono::seconds{*ttl};
    findings.add("ttl", fmt::format("must be from 1 to {} seconds", kMaxTtl));
  } else if (expires_at) {
    if (*expires_at > now) return expires_at;
    findings.add("expires_at", "must lie in the future");
  }
  return std::nullopt;
}

void check_max_visits(const std::optional<std::int64_t>& wanted, Findings& findings) {
  if (!wanted || (*wanted >= 1 && *wanted <= kMaxMaxVisits)) return;
  findings.add("max_visits", fmt::format("must be from 1 to {}", kMaxMaxVisits));
}

}  // namespace

result<CreateRequest> validate(const LinkDraft& draft, const LinkRules& rules, Timestamp now) {
  Findings findings;
  LinkSettings settings;
  const auto target = findings.take(rules.check_target(draft.url));
  std::optional<ShortCode> code = ShortCode{};
  if (draft.alias) {
    code = findings.take(draft.made_elsewhere ? rules.check_imported_code(*draft.alias)
                                              : rules.check_alias(*draft.alias));
  }
  auto title = findings.take(check_title(draft.title));
  auto tags = findings.take(check_tags(draft.tags));
  if (draft.redirect_status) {
    settings.redirect_status = check_status(*draft.redirect_status, findings).value_or(RedirectStatus::found);
  }
  settings.forward_query = draft.forward_query;
  settings.enabled = draft.enabled;
  settings.not_before = draft.not_before;
  settings.expires_at = check_end(draft.expires_at, draft.ttl, now, findings);
  check_max_visits(draft.max_visits, findings);
  settings.max_visits = draft.max_visits;
  // Every link with a ttl ends at another moment, so none could ever serve again.
  if (draft.reuse && draft.ttl) findings.add("ttl", "excludes reuse; give expires_at instead");
  if (settings.not_before && settings.expires_at && *settings.not_before >= *settings.expires_at) {
    findings.add("not_before", "must be earlier than the link's end");
  }
  if (findings.any()) return findings.to_error();

  CreateRequest request{NewLink{*code, *target, std::move(*title), std::move(*tags), settings, now},
                        CodeSource::generated,
                        false,
                        {}};
  if (draft.alias) request.code_source = CodeSource::alias;
  request.reuse = draft.reuse;
  return request;
}

result<LinkPatch> validate(const EditDraft& draft, const LinkRules& rules, Timestamp now) {
  Findings findings;
  LinkPatch patch;
  if (draft.url) patch.target = findings.take(rules.check_target(*draft.url));
  if (draft.title) patch.title = findings.take(check_title(*draft.title));
  if (draft.tags) patch.tags = findings.take(check_tags(*draft.tags));
  if (draft.redirect_status) patch.redirect_status = check_status(*draft.redirect_status, findings);
  patch.forward_query = draft.forward_query;
  patch.enabled = draft.enabled;
  patch.not_before = draft.not_before;
  if (draft.expires_at && !*draft.expires_at && !draft.ttl) {
    patch.expires_at.emplace();
  } else if (draft.expires_at || draft.ttl) {
    const auto wanted = draft.expires_at ? *draft.expires_at : std::optional<Timestamp>{};
    if (const auto end = check_end(wanted, draft.ttl, now, findings)) patch.expires_at.emplace(end);
  }
  if (draft.max_visits) check_max_visits(*draft.max_visits, findings);
  patch.max_visits = draft.max_visits;
  if (findings.any()) return findings.to_error();
  return patch;
}

}  // namespace curt::links

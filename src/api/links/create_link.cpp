#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "curt/api/links/link_json.hpp"
#include "curt/base/digest.hpp"

#include "api/handlers.hpp"
#include "api/links/answer_link.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/read_body.hpp"

namespace curt::api {
namespace {

constexpr std::size_t kMaxIdempotencyKey = 255;

/// The Idempotency-Key with what tells one request from another; nothing without the header.
result<std::optional<links::IdempotencyKey>> idempotency_of(const http::Request& request,
                                                            const Caller& caller) {
  const std::string_view key = request.idempotency_key;
  if (!request.has_idempotency_key) return std::optional<links::IdempotencyKey>{};
  const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (key.empty() || !visible || key.size() > kMaxIdempotencyKey) {
    return invalid_field("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
  }
  return std::optional{links::IdempotencyKey{
      .owner = caller.idempotency_owner(), .key = std::string{key}, .body_hash = sha256_hex(request.body)}};
}

/// Whether the request has no key where keys are asked for: anybody may make links, and only that.
bool is_public(const ApiOptions& options, const http::Exchange& exchange) noexcept {
  return !exchange.principal.key && options.auth == Auth::keys;
}

/// Why the public may not have this.
std::optional<http::Problem> public_refusal(const links::LinkDraft& draft, const ApiOptions& options) {
  if (draft.alias && !options.public_aliases) {
    return http::Problem{403, "key_needed", "Only with an API key can the code be chosen: leave out alias."};
  }
  if (draft.reuse) {
    return http::Problem{403, "key_needed",
                         "Only with an API key can a link be reused, which may be somebody else's: leave out "
                         "reuse."};
  }
  return std::nullopt;
}

/// What to say of an alias that is taken: only those who may restore a deleted link hear that it was one.
awaitable<Error> alias_refusal(const Services& services, http::Exchange& exchange, const std::string& alias,
                               Error taken) {
  const auto code = ShortCode::parse(alias);
  if (!code) co_return taken;
  const auto link = co_await services.links.get(exchange.call, *code, exchange.principal.only());
  if (!link && link.error().code == ErrorCode::deleted) {
    taken.detail = fmt::format(
        "{0} belongs to a link that was deleted; POST /api/v1/links/{0}/restore brings it back", alias);
  }
  co_return taken;
}

}  // namespace

awaitable<void> create_link(const Services& services, http::Exchange& exchange) {
  auto draft = co_await read_body(services, exchange, parse_link_draft);
  if (!draft) co_return answer_error(draft.error(), exchange);
  const bool for_public = is_public(services.options, exchange);
  if (for_public) {
    if (const auto problem = public_refusal(*draft, services.options))
      co_return answer_problem(*problem, exchange);
  }
  const Caller caller{exchange};
  const links::Author author = caller.author();
  auto idempotency = idempotency_of(exchange.request, caller);
  if (!idempotency) co_return answer_error(idempotency.error(), exchange);

  const std::optional<std::string> alias = draft->alias;
  auto created =
      co_await services.links.create(exchange.call, author, std::move(*draft), std::move(*idempotency));
  if (!created) {
    Error error = created.error();
    if (error.code != ErrorCode::alias_taken || !alias || for_public) co_return answer_error(error, exchange);
    const Error told = co_await alias_refusal(services, exchange, *alias, std::move(error));
    co_return answer_error(told, exchange);
  }
  const Link& link = created->link;
  const bool reused = created->outcome == links::CreateOutcome::reused;
  const bool is_new = created->outcome == links::CreateOutcome::created;
  if (for_public && !is_new && (link.version != 1 || link.owner)) {
    const http::Problem changed{
        403, "key_needed",
        "The link that this request made was changed since; only with an API key is it shown."};
    co_return answer_problem(changed, exchange);
  }
  // A link of this moment has no visits; an older one is answered also where they cannot be had.
  std::optional<visits::VisitTotals> visits;
  if (is_new) {
    visits = visits::VisitTotals{};
  } else if (!for_public) {
    const auto counted = co_await services.statistics.total(exchange.call, link.code);
    if (counted) visits = *counted;
  }
  exchange.response.add_header("Location", short_url(services.options.base_url, link.code));
  answer_link(reused ? 200 : 201, link, visits, services, exchange);
}

}  // namespace curt::api

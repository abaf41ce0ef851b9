#include <algorithm>
#include <optional>
#include <utility>

#include "curt/api/links/link_json.hpp"
#include "curt/base/digest.hpp"

#include "api/handlers.hpp"
#include "api/links/answer_link.hpp"
#include "api/links/author.hpp"
#include "api/links/read_body.hpp"
#include "api/problems.hpp"

namespace curt::api {
namespace {

constexpr std::size_t kMaxIdempotencyKey = 255;

/// The Idempotency-Key with what tells one request from another; nothing without the header.
result<std::optional<links::IdempotencyKey>> idempotency_of(const http::Request& request) {
  const std::string_view key = request.idempotency_key;
  if (!request.has_idempotency_key) return std::optional<links::IdempotencyKey>{};
  const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (key.empty() || !visible || key.size() > kMaxIdempotencyKey) {
    return invalid_field("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
  }
  return std::optional{links::IdempotencyKey{std::string{key}, sha256_hex(request.body)}};
}

}  // namespace

awaitable<void> create_link(const Services& services, http::Exchange& exchange) {
  auto draft = co_await read_body(services, exchange, parse_link_draft);
  if (!draft) co_return answer_error(draft.error(), exchange);
  auto idempotency = idempotency_of(exchange.request);
  if (!idempotency) co_return answer_error(idempotency.error(), exchange);

  const links::Author author = author_of(exchange);
  auto created =
      co_await services.links.create(exchange.call, author, std::move(*draft), std::move(*idempotency));
  if (!created) co_return answer_error(created.error(), exchange);
  const Link& link = created->link;
  const bool reused = created->outcome == links::CreateOutcome::reused;
  // A link of this moment has no visits; an older one is answered also where they cannot be had.
  std::optional<visits::VisitTotals> visits;
  if (created->outcome == links::CreateOutcome::created) {
    visits = visits::VisitTotals{};
  } else {
    const auto counted = co_await services.statistics.total(exchange.call, link.code);
    if (counted) visits = *counted;
  }
  exchange.response.add_header("Location", short_url(services.options.base_url, link.code));
  answer_link(reused ? 200 : 201, link, visits, services, exchange);
}

}  // namespace curt::api

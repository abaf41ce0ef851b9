#include "api/visitors/look_up.hpp"

#include "api/documents/pages.hpp"
#include "api/limits/limited.hpp"

namespace curt::api {
namespace {

using limits::Budget;
using limits::RateLimiter;
using links::CacheEntry;

/// Whether the lookup shows that the client does not guess codes, or costs nothing since another request has
/// begun it.
bool is_free(const Services& services, const ShortCode& code, SteadyTime now) {
  return services.cache.find_stale(code, now) || services.resolver.is_reading(code);
}

/// Charges the lookup, or not.
void settle(RateLimiter& limiter, const RateLimiter::Ticket& ticket, const result<CacheEntry>& entry) {
  if (entry && entry->kind == CacheEntry::Kind::not_found) {
    limiter.charge_after(ticket);
  } else {
    limiter.spare(ticket);
  }
}

}  // namespace

awaitable<std::optional<CacheEntry>> look_up(const Services& services, ShortCode code,
                                             http::Exchange& exchange) {
  std::optional<RateLimiter::Ticket> ticket;
  const SteadyTime now = services.clock.steady_now();
  if (services.limits.limits(Budget::not_found) && !is_free(services, code, now)) {
    ticket = services.limits.enter(Budget::not_found, subject_of(exchange), now);
    if (ticket->refused) {
      answer_limited({&*ticket->refused, 1}, exchange);
      co_return std::nullopt;
    }
  }
  result<CacheEntry> entry = Error{ErrorCode::unavailable, "The link could not be read."};
  try {
    entry = co_await services.resolver.load(exchange.call, code);
  } catch (...) {
    if (ticket) services.limits.spare(*ticket);
    throw;
  }
  if (ticket) settle(services.limits, *ticket, entry);
  if (entry) co_return *entry;
  answer_visitor(entry.error(), exchange);
  co_return std::nullopt;
}

}  // namespace curt::api

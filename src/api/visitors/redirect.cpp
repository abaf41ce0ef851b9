#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "curt/links/forward_query.hpp"

#include "api/documents/pages.hpp"
#include "api/handlers.hpp"
#include "api/request/code_parameter.hpp"
#include "api/visitors/look_up.hpp"
#include "api/visitors/visited_link.hpp"

namespace curt::api {
namespace {

void add_caching(const links::RedirectLink& link, Timestamp now, http::Response& response) {
  // A redirect that a browser has cached is followed without asking us and cannot be counted, so only
  // permanent redirects without max_visits may be cached.
  if (!is_permanent(link.settings.redirect_status) || link.settings.max_visits) {
    response.add_header("Cache-Control", "private, max-age=0");
  } else if (link.settings.expires_at) {
    // A permanent redirect may be cached forever, but not beyond the end of its link.
    const auto left = std::chrono::floor<std::chrono::seconds>(*link.settings.expires_at - now);
    response.add_header("Cache-Control", fmt::format("private, max-age={}", left.count()));
  }
}

void answer_redirect(const links::RedirectLink& link, Timestamp now, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(static_cast<unsigned>(link.settings.redirect_status));
  if (link.settings.forward_query && !exchange.request.query.empty()) {
    response.add_header("Location", links::with_query(link.target, exchange.request.query));
  } else {
    response.add_header("Location", link.target);
  }
  add_caching(link, now, response);
}

/// Tells the recorder that the redirect is a visit, of this version of the link.
void note_visit(const links::RedirectLink& link, http::Exchange& exchange) noexcept {
  const http::Request& request = exchange.request;
  if (request.method == http::Method::get && !request.prefetch) exchange.visited_version = link.version;
}

/// Says why there is no redirect.
void refuse(const Error& why, const Services& services, http::Exchange& exchange) {
  if (why.code == ErrorCode::blocked) services.lists.note_refused_visitor();
  answer_visitor(why, exchange);
}

void answer_entry(const Services& services, const links::CacheEntry& entry, Timestamp now,
                  http::Exchange& exchange) {
  const auto link = visited_link(entry, services.lists, now);
  if (!link) return refuse(link.error(), services, exchange);
  answer_redirect(**link, now, exchange);
  note_visit(**link, exchange);
}

/// Whether each visit of the link is to be paid for.
bool is_metered(const Services& services, const links::CacheEntry& entry, Timestamp now) {
  return entry.link && entry.link->settings.max_visits && visited_link(entry, services.lists, now);
}

/// What a request is about that asks for a link: following it, or only finding out about it.
enum class Intent { follow, look };

Intent intent_of(bool is_bot) noexcept { return is_bot ? Intent::look : Intent::follow; }

/// A user agent that nobody has judged yet is judged beside the cores: there are texts that take
/// milliseconds. Where too many of them come at once, nobody is turned away for it: those are taken for
/// people.
awaitable<result<Intent>> intent_of(const Services& services, const http::Exchange& exchange) {
  if (exchange.request.method != http::Method::get) co_return Intent::look;
  const std::string_view user_agent = exchange.request.user_agent;
  if (const auto is_bot = services.bots.remembered(user_agent)) co_return intent_of(*is_bot);
  auto judge = [&services, user_agent] { return intent_of(services.bots.is_bot(user_agent)); };
  result<Intent> intent =
      co_await services.side_thread.run(exchange.call, SideThread::Lane::visitors, std::move(judge));
  if (!intent && intent.error().code == ErrorCode::overloaded) co_return Intent::follow;
  co_return intent;
}

/// The budget's error as a visitor hears it; what is not about the link comes with its own words.
Error in_words(const Error& error) { return error.detail.empty() ? visitor_refused(error.code) : error; }

/// Answers from the store alone: what a cache knows of such a link may be spent by now.
awaitable<void> redirect_metered(const Services& services, ShortCode code, http::Exchange& exchange) {
  if (exchange.request.prefetch) {
    // A browser would use what it has fetched, and the visitor would come without being counted.
    co_return answer_visitor(Error{ErrorCode::unavailable, "This link is not given out ahead of a visit."},
                             exchange);
  }
  const result<Intent> intent = co_await intent_of(services, exchange);
  if (!intent) co_return answer_visitor(intent.error(), exchange);
  auto asked = *intent == Intent::follow ? services.budget.spend(exchange.call, code)
                                         : services.budget.look(exchange.call, code);
  const links::VisitBudget::Outcome link = co_await std::move(asked);
  if (!link) co_return answer_visitor(in_words(link.error()), exchange);
  // Since the cache was asked, the link may have been edited, or the lists read again.
  if (services.lists.block((*link)->target, (*link)->verdict)) {
    co_return refuse(visitor_refused(ErrorCode::blocked), services, exchange);
  }
  answer_redirect(**link, services.clock.now(), exchange);
  note_visit(**link, exchange);
}

}  // namespace

bool redirect_now(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) {
    answer_visitor(no_such_link(), exchange);
    return true;
  }
  const auto entry = services.resolver.cached(*code, exchange.began_at);
  const Timestamp now = services.clock.now();
  if (!entry || is_metered(services, *entry, now)) return false;
  answer_entry(services, *entry, now, exchange);
  return true;
}

awaitable<void> redirect(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  auto entry = services.resolver.cached_again(*code, exchange.began_at);
  if (!entry) {
    entry = co_await look_up(services, *code, exchange);
    if (!entry) co_return;
  }
  const Timestamp now = services.clock.now();
  if (is_metered(services, *entry, now)) {
    co_await redirect_metered(services, *code, exchange);
  } else {
    answer_entry(services, *entry, now, exchange);
  }
}

}  // namespace curt::api

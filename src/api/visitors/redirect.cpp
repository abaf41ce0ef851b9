#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "curt/links/forward_query.hpp"

#include "api/documents/pages.hpp"
#include "api/handlers.hpp"
#include "api/problems.hpp"
#include "api/refused_method.hpp"
#include "api/request/code_parameter.hpp"
#include "api/request/stranger.hpp"
#include "api/visitors/near_miss.hpp"
#include "api/visitors/preview.hpp"
#include "api/visitors/seek_link.hpp"
#include "api/visitors/visited_link.hpp"

namespace curt::api {
namespace {

using http::Method;

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

/// Whether every link answers the method.
bool only_reads(Method method) noexcept { return method == Method::get || method == Method::head; }

/// Whether the link answers the method: every one where its status promises to keep it (RFC 9110, sections
/// 15.4.8 and 15.4.9).
bool takes(const links::RedirectLink& link, Method method) noexcept {
  const RedirectStatus status = link.settings.redirect_status;
  return only_reads(method) || status == RedirectStatus::temporary_redirect ||
         status == RedirectStatus::permanent_redirect;
}

/// What takes no other method than GET and HEAD, as an Allow header has it.
constexpr std::string_view kAllowed = "GET, HEAD, OPTIONS";

void refuse_method(http::Exchange& exchange) {
  exchange.response.add_header("Allow", kAllowed);
  answer_problem(
      {405, "method_not_allowed",
       "The status of this link keeps no other method than GET and HEAD; 307 and 308 keep every one."},
      exchange);
}

void answer_redirect(const links::RedirectLink& link, std::string_view query, Timestamp now,
                     http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(static_cast<unsigned>(link.settings.redirect_status));
  if (link.settings.forward_query && !query.empty()) {
    response.add_header("Location", links::with_query(link.target, query));
  } else {
    response.add_header("Location", link.target);
  }
  add_caching(link, now, response);
}

/// Tells the recorder that the redirect is a visit, of this version of the link. A browser fetches ahead of
/// its user with GET alone.
void note_visit(const links::RedirectLink& link, http::Exchange& exchange) noexcept {
  const http::Request& request = exchange.request;
  if (request.method == Method::head || (request.method == Method::get && request.prefetch)) return;
  exchange.visited_version = link.version;
}

void answer_link(const links::RedirectLink& link, std::string_view query, Timestamp now,
                 http::Exchange& exchange) {
  if (!takes(link, exchange.request.method)) return refuse_method(exchange);
  answer_redirect(link, query, now, exchange);
  note_visit(link, exchange);
}

/// Says why there is no redirect.
void refuse(const Error& why, const Services& services, http::Exchange& exchange) {
  if (why.code == ErrorCode::blocked) services.lists.note_refused_visitor();
  answer_visitor(why, exchange);
}

void answer_entry(const Services& services, const links::CacheEntry& entry, std::string_view query,
                  Timestamp now, http::Exchange& exchange) {
  const auto link = visited_link(entry, services.lists, now);
  if (!link) return refuse(link.error(), services, exchange);
  answer_link(**link, query, now, exchange);
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
/// people. What comes with another method than GET and HEAD is no crawler's look at a page: programs send it
/// to get something done.
awaitable<result<Intent>> intent_of(const Services& services, const http::Exchange& exchange) {
  if (exchange.request.method == Method::head) co_return Intent::look;
  if (exchange.request.method != Method::get) co_return Intent::follow;
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

/// Whether the link takes the request's method, as the store has it: a visit that is spent cannot be given
/// back. Where it does not, or there is none, the request is answered.
awaitable<bool> is_taken(const Services& services, ShortCode code, http::Exchange& exchange) {
  if (only_reads(exchange.request.method)) co_return true;
  const links::VisitBudget::Outcome link = co_await services.budget.look(exchange.call, code);
  if (!link) {
    answer_visitor(in_words(link.error()), exchange);
    co_return false;
  }
  if (takes(**link, exchange.request.method)) co_return true;
  refuse_method(exchange);
  co_return false;
}

/// Answers from the store alone: what a cache knows of such a link may be spent by now.
awaitable<void> redirect_metered(const Services& services, const SoughtLink& sought,
                                 http::Exchange& exchange) {
  if (exchange.request.prefetch && only_reads(exchange.request.method)) {
    // A browser would use what it has fetched, and the visitor would come without being counted.
    co_return answer_visitor(Error{ErrorCode::unavailable, "This link is not given out ahead of a visit."},
                             exchange);
  }
  const bool taken = co_await is_taken(services, sought.code, exchange);
  if (!taken) co_return;
  const result<Intent> intent = co_await intent_of(services, exchange);
  if (!intent) co_return answer_visitor(intent.error(), exchange);
  auto asked = *intent == Intent::follow ? services.budget.spend(exchange.call, sought.code)
                                         : services.budget.look(exchange.call, sought.code);
  const links::VisitBudget::Outcome link = co_await std::move(asked);
  if (!link) co_return answer_visitor(in_words(link.error()), exchange);
  // Since the cache was asked, the link may have been edited, or the lists read again.
  if (services.lists.block((*link)->target, (*link)->verdict)) {
    co_return refuse(visitor_refused(ErrorCode::blocked), services, exchange);
  }
  answer_link(**link, sought.query, services.clock.now(), exchange);
}

/// Answers a path that asks for the preview, such as "/code+.", as that of the preview is answered. Without a
/// link it is no path at all.
void answer_preview_near(const SoughtLink& sought, const Services& services, http::Exchange& exchange) {
  const Method method = exchange.request.method;
  if (!only_reads(method)) {
    if (sought.entry.kind == links::CacheEntry::Kind::not_found) {
      return answer_visitor(no_such_link(), exchange);
    }
    if (method != Method::other) exchange.response.add_header("Allow", kAllowed);
    return answer_problem(refused_method(method), exchange);
  }
  const auto problem = stranger_refusal(Audience::readers, exchange.request, services.options);
  if (problem) return answer_problem(*problem, exchange);
  answer_preview(sought, services, exchange);
}

}  // namespace

bool redirect_now(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) {
    if (near_miss(exchange.code)) return false;
    answer_visitor(no_such_link(), exchange);
    return true;
  }
  const auto entry = services.resolver.cached(*code, exchange.began_at);
  const Timestamp now = services.clock.now();
  if (!entry || is_metered(services, *entry, now)) return false;
  if (entry->kind == links::CacheEntry::Kind::not_found && near_miss(exchange.code)) return false;
  answer_entry(services, *entry, exchange.request.query, now, exchange);
  return true;
}

awaitable<void> redirect(const Services& services, http::Exchange& exchange) {
  const auto sought = co_await seek_link(services, CacheAsked::before, exchange);
  if (!sought) co_return;
  const Timestamp now = services.clock.now();
  if (sought->is_preview) {
    answer_preview_near(*sought, services, exchange);
  } else if (is_metered(services, sought->entry, now)) {
    co_await redirect_metered(services, *sought, exchange);
  } else {
    answer_entry(services, sought->entry, sought->query, now, exchange);
  }
}

}  // namespace curt::api

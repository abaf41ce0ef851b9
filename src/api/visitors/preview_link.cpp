#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "curt/api/links/link_json.hpp"

#include "api/answers.hpp"
#include "api/documents/pages.hpp"
#include "api/handlers.hpp"
#include "api/visitors/preview.hpp"
#include "api/visitors/seek_link.hpp"
#include "api/visitors/visited_link.hpp"

namespace curt::api {
namespace {

void show_link(const ShortCode& code, const links::RedirectLink& link, const Services& services,
               http::Exchange& exchange) {
  const std::string url = short_url(services.options.base_url, code);
  if (!http::accepts_html(exchange.request)) {
    const nlohmann::ordered_json shown{{"code", code.view()},
                                       {"short_url", url},
                                       {"url", link.target},
                                       {"title", link.title ? nlohmann::ordered_json(*link.title) : nullptr}};
    answer_json(200, shown.dump(), exchange);
    return;
  }
  const std::string target = escape_html(link.target);
  const std::string body = fmt::format(
      R"(<p class="target">{}</p><p><a class="go" rel="noreferrer nofollow" href="{}">Go there</a></p>)",
      target, target);
  constexpr std::string_view kHeading = "Where this link leads";
  const Page page{.title = kHeading,
                  .heading = kHeading,
                  .message = link.title.value_or(""),
                  .body = body,
                  .detail = url};
  answer_page(200, page, exchange);
}

}  // namespace

void answer_preview(const SoughtLink& sought, const Services& services, http::Exchange& exchange) {
  const auto link = visited_link(sought.entry, services.lists, services.clock.now());
  if (!link && link.error().code == ErrorCode::blocked) services.lists.note_refused_visitor();
  if (!link) return answer_visitor(link.error(), exchange);
  show_link(sought.code, **link, services, exchange);
}

awaitable<void> preview_link(const Services& services, http::Exchange& exchange) {
  const auto sought = co_await seek_link(services, CacheAsked::not_yet, exchange);
  if (sought) answer_preview(*sought, services, exchange);
}

}  // namespace curt::api

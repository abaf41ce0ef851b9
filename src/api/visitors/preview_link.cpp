#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "curt/api/links/link_json.hpp"

#include "api/answers.hpp"
#include "api/documents/pages.hpp"
#include "api/handlers.hpp"
#include "api/request/code_parameter.hpp"
#include "api/visitors/look_up.hpp"
#include "api/visitors/visited_link.hpp"

namespace curt::api {
namespace {

void answer_preview(const ShortCode& code, const links::RedirectLink& link, const Services& services,
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

awaitable<void> preview_link(const Services& services, http::Exchange& exchange) {
  const auto code = code_parameter(exchange);
  if (!code) co_return answer_visitor(no_such_link(), exchange);
  auto entry = services.resolver.cached(*code, exchange.began_at);
  if (!entry) {
    entry = co_await look_up(services, *code, exchange);
    if (!entry) co_return;
  }
  const auto link = visited_link(*entry, services.lists, services.clock.now());
  if (!link && link.error().code == ErrorCode::blocked) services.lists.note_refused_visitor();
  if (!link) co_return answer_visitor(link.error(), exchange);
  answer_preview(*code, **link, services, exchange);
}

}  // namespace curt::api

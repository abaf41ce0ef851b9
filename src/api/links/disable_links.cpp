#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/links/disable_request.hpp"
#include "api/problems.hpp"
#include "api/request/caller.hpp"
#include "api/request/read_body.hpp"

namespace curt::api {
namespace {

void answer_counts(std::uint64_t matched, std::uint64_t disabled, http::Exchange& exchange) {
  answer_json(200, fmt::format(R"({{"matched":{},"disabled":{}}})", matched, disabled), exchange);
}

}  // namespace

awaitable<void> disable_links(const Services& services, http::Exchange& exchange) {
  auto parse = [&services](std::string_view body) {
    return parse_disable_request(body, services.options.base_url);
  };
  auto request = co_await read_body(services, exchange, std::move(parse));
  if (!request) co_return answer_error(request.error(), exchange);
  const Caller caller{exchange};
  const links::Author author = caller.author();
  if (!request->confirm) {
    const auto count =
        co_await services.links.count_enabled(exchange.call, author, std::move(request->filter));
    if (!count) co_return answer_error(count.error(), exchange);
    co_return answer_counts(*count, 0, exchange);
  }
  const std::uint64_t confirmed = *request->confirm;
  const auto disabled =
      co_await services.links.disable(exchange.call, author, std::move(request->filter), confirmed);
  if (!disabled) co_return answer_error(disabled.error(), exchange);
  answer_counts(confirmed, *disabled, exchange);
}

}  // namespace curt::api

#include <cstddef>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "curt/api/links/link_json.hpp"

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/links/list_query.hpp"
#include "api/problems.hpp"

namespace curt::api {

awaitable<void> list_links(const Services& services, http::Exchange& exchange) {
  auto query = parse_list_query(exchange.request.query);
  if (!query) co_return answer_error(query.error(), exchange);
  const links::SortKey sort = query->sort;
  const links::SortOrder order = query->order;
  auto page = co_await services.links.list(exchange.call, std::move(*query));
  if (!page) co_return answer_error(page.error(), exchange);

  std::vector<ShortCode> codes;
  codes.reserve(page->links.size());
  for (const Link& link : page->links) codes.push_back(link.code);
  const auto visits = co_await services.statistics.totals(exchange.call, std::move(codes));
  if (!visits) co_return answer_error(visits.error(), exchange);

  std::string json = R"({"data":[)";
  for (std::size_t i = 0; i < page->links.size(); ++i) {
    if (i > 0) json += ',';
    json += to_json(page->links[i], services.options.base_url, visits->at(i));
  }
  const nlohmann::json next =
      page->next ? nlohmann::json(encode_cursor(*page->next, sort, order)) : nlohmann::json(nullptr);
  json.append(R"(],"next_cursor":)").append(next.dump()).append("}");
  answer_json(200, std::move(json), exchange);
}

}  // namespace curt::api

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "curt/api/links/link_json.hpp"

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/links/list_query.hpp"
#include "api/problems.hpp"

namespace curt::api {
namespace {

/// A page of a list, with what its answer says beside.
struct Listed {
  links::LinkPage page;
  std::vector<visits::VisitTotals> visits;  ///< of each link
  links::SortKey sort;
  links::SortOrder order;
};

std::string to_json(const Listed& listed, const Shown& shown) {
  std::string json = R"({"data":[)";
  for (std::size_t i = 0; i < listed.page.links.size(); ++i) {
    if (i > 0) json += ',';
    append_json(json, listed.page.links[i], shown, listed.visits.at(i));
  }
  json += R"(],"next_cursor":)";
  if (listed.page.next) {
    json.append("\"").append(encode_cursor(*listed.page.next, listed.sort, listed.order)).append("\"}");
  } else {
    json += "null}";
  }
  return json;
}

}  // namespace

awaitable<void> list_links(const Services& services, http::Exchange& exchange) {
  auto query = parse_list_query(exchange.request.query, services.options.base_url);
  if (!query) co_return answer_error(query.error(), exchange);
  if (const auto only = exchange.principal.only()) {
    // To a key that sees only its own links, others have none.
    if (query->owner && query->owner->key != only) {
      co_return answer_json(200, R"({"data":[],"next_cursor":null})", exchange);
    }
    query->owner = links::OwnedBy{only};
  }
  const links::SortKey sort = query->sort;
  const links::SortOrder order = query->order;
  auto page = co_await services.links.list(exchange.call, std::move(*query));
  if (!page) co_return answer_error(page.error(), exchange);

  std::vector<ShortCode> codes;
  codes.reserve(page->links.size());
  for (const Link& link : page->links) codes.push_back(link.code);
  auto visits = co_await services.statistics.totals(exchange.call, std::move(codes));
  if (!visits) co_return answer_error(visits.error(), exchange);

  Listed listed{std::move(*page), std::move(*visits), sort, order};
  auto write = [&services, l = std::move(listed)] {
    const auto lists = services.lists.current();
    const Shown shown{services.options.base_url, lists.get()};
    return to_json(l, shown);
  };
  auto json = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(write));
  if (!json) co_return answer_error(json.error(), exchange);
  answer_json(200, *std::move(json), exchange);
}

}  // namespace curt::api

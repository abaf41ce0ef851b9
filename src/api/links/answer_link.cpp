#include "api/links/answer_link.hpp"

#include "curt/api/links/link_json.hpp"

#include "api/answers.hpp"
#include "api/links/if_match.hpp"

namespace curt::api {

void answer_link(unsigned status, const Link& link, const std::optional<visits::VisitTotals>& visits,
                 const Services& services, http::Exchange& exchange) {
  add_etag(link.version, exchange.response);
  const auto lists = services.lists.current();
  const Shown shown{services.options.base_url, lists.get()};
  answer_json(status, to_json(link, shown, visits), exchange);
}

}  // namespace curt::api

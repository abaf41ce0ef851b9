#include "api/answers.hpp"
#include "api/handlers.hpp"

namespace curt::api {

bool get_metrics(const Services& services, http::Exchange& exchange) {
  answer_metrics(services.metrics, exchange);
  return true;
}

}  // namespace curt::api

#include <utility>

#include "api/handlers.hpp"
#include "api/problems.hpp"

namespace curt::api {
namespace {

/// Answers with the metrics in the text format of Prometheus. Thousands of series are summed for it, and some
/// of their sources ask the kernel.
template <class S>
awaitable<void> answer_metrics(const S& services, http::Exchange& exchange) {
  auto write = [&services] { return services.metrics.to_text(); };
  auto text = co_await services.side_thread.run(exchange.call, SideThread::Lane::owners, std::move(write));
  if (!text) co_return answer_error(text.error(), exchange);
  http::Response& response = exchange.response;
  response.set_content_type("text/plain; version=0.0.4; charset=utf-8");
  response.add_header("Cache-Control", "no-store");
  response.set_body(*std::move(text));
}

}  // namespace

awaitable<void> get_metrics(const Services& services, http::Exchange& exchange) {
  return answer_metrics(services, exchange);
}

awaitable<void> get_metrics(const WorkerServices& services, http::Exchange& exchange) {
  return answer_metrics(services, exchange);
}

}  // namespace curt::api

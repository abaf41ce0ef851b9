#pragma once

#include <string>
#include <vector>

#include "curt/api/routes.hpp"
#include "curt/api/services.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// The whole API behind the server: finds the route, refuses what is wrong before the body is read, adds
/// CORS. Thread-safe.
class ApiService final : public http::Service {
 public:
  explicit ApiService(const Services& services);

  http::Admission admit(http::Exchange& exchange) override;
  bool answer_now(http::Exchange& exchange) override;
  awaitable<void> answer(http::Exchange& exchange) override;
  [[nodiscard]] const std::vector<std::string>& route_names() const noexcept override { return names_; }

 private:
  /// The row that serves the path with the method; else what the refusal needs.
  struct Match {
    const Route* path = nullptr;   ///< the first row whose path fits
    const Route* route = nullptr;  ///< the one among its rows with the method
    std::string_view code;
  };
  [[nodiscard]] Match find(const http::Request& request) const noexcept;

  const Services& services_;
  std::vector<std::string> names_;       ///< "" for requests without a route, then each path once
  std::vector<http::RouteId> path_ids_;  ///< for each row the index of its path in names_
};

}  // namespace curt::api

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/api/request/key_check.hpp"
#include "curt/api/routes.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// Whether pages of other origins may ask from a browser. Where they may, OPTIONS is answered, CORS headers
/// are added as ApiOptions allow it, and unknown methods (501) and the target * (400) are refused as such; a
/// service for none of them knows only paths and the methods of its rows.
enum class WebPages { may_ask, are_ignored };

/// A table of routes as a service: finds the row, and refuses what is wrong before the body is read. `S` is
/// what the handlers are given. Thread-safe.
template <class S>
class RoutedService : public http::Service {
 public:
  /// `nothing_here` tells a client that no row has its path. Without `keys` no row has a scope, and keys that
  /// are presented are not looked at. Rows, services and the text must outlive this.
  RoutedService(std::span<const BasicRoute<S>> rows, const S& services, WebPages web_pages,
                std::string_view nothing_here, std::optional<KeyCheck> keys);

  http::Admission admit(http::Exchange& exchange) final;
  bool answer_now(http::Exchange& exchange) final;
  awaitable<void> answer(http::Exchange& exchange) final;
  [[nodiscard]] const std::vector<std::string>& route_names() const noexcept final { return names_; }

 private:
  /// The row that serves the path with the method; else what the refusal needs.
  struct Match {
    const BasicRoute<S>* path = nullptr;   ///< the first row whose path fits
    const BasicRoute<S>* route = nullptr;  ///< the one among its rows with the method
    std::string_view code;
  };
  [[nodiscard]] Match find(const http::Request& request) const noexcept;

  /// The methods of the row's path as an Allow header lists them; of no row, those that are always there.
  [[nodiscard]] std::string allowed_methods(const BasicRoute<S>* path) const;

  void answer_options(const Match& found, http::Exchange& exchange) const;

  /// Why the key that the request comes with, or that there is none, has it refused.
  [[nodiscard]] std::optional<http::Problem> key_refusal(const BasicRoute<S>* route,
                                                         http::Exchange& exchange) const;

  /// Why the request is not let in to the row, with any key or none.
  [[nodiscard]] std::optional<http::Problem> refusal(const BasicRoute<S>& route,
                                                     const http::Exchange& exchange) const;

  const std::span<const BasicRoute<S>> rows_;
  const S& services_;
  const WebPages web_pages_;
  const std::string_view nothing_here_;
  const std::optional<KeyCheck> keys_;
  const std::vector<std::string> names_;  ///< "none" for requests without a route, then each path once
  std::vector<http::RouteId> path_ids_;   ///< for each row the index of its path in names_
  std::vector<std::size_t>
      literal_sizes_;  ///< lengths of what stands before the parameter in each row's path
};

extern template class RoutedService<Services>;
extern template class RoutedService<WorkerServices>;

}  // namespace curt::api

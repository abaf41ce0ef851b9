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
#include "curt/limits/rate_limiter.hpp"

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
  /// are presented are not looked at; without `limits` none is charged to anything. Rows, services, limits
  /// and the text must outlive this.
  RoutedService(std::span<const BasicRoute<S>> rows, const S& services, WebPages web_pages,
                std::string_view nothing_here, std::optional<KeyCheck> keys, limits::RateLimiter* limits);

  http::Admission admit(http::Exchange& exchange) final;
  bool answer_now(http::Exchange& exchange) final;
  awaitable<void> answer(http::Exchange& exchange) final;
  void answer_overloaded(http::Exchange& exchange, std::string_view detail) final;
  [[nodiscard]] const std::vector<std::string>& route_names() const noexcept final { return names_; }

 private:
  /// The row that serves the path with the method; else what the refusal needs.
  struct Match {
    const BasicRoute<S>* path = nullptr;   ///< the first row whose path fits, if possible with the method
    const BasicRoute<S>* route = nullptr;  ///< the row with path and method
    std::string_view code;
  };
  [[nodiscard]] Match find(const http::Request& request) const noexcept;

  /// The row for links, with what follows the first slash, where that is a near miss of a code: for paths
  /// that no row has.
  [[nodiscard]] Match find_near_miss(const http::Request& request) const;

  /// The parameter in the request's path if that fits the row's; empty if the row has none.
  [[nodiscard]] std::optional<std::string_view> match_row(std::size_t row,
                                                          const http::Request& request) const noexcept;

  /// As match_row(), for the rows that serve the request's path beside the row that was found by it: those
  /// with the same path, and those of the API that have a code where this one has a word, such as "disable".
  [[nodiscard]] std::optional<std::string_view> shares_path(std::size_t row, const BasicRoute<S>& found,
                                                            const http::Request& request) const noexcept;

  /// The methods that the request's path takes, as an Allow header lists them; where no row has the path,
  /// those that are always there.
  [[nodiscard]] std::string allowed_methods(const Match& found, const http::Request& request) const;

  void answer_options(const Match& found, http::Exchange& exchange) const;

  /// Why the key that the request comes with, or that there is none, has it refused.
  [[nodiscard]] std::optional<http::Problem> key_refusal(const BasicRoute<S>* route,
                                                         http::Exchange& exchange) const;

  /// Why the request is not let in to the row, with any key or none.
  [[nodiscard]] std::optional<http::Problem> refusal(const BasicRoute<S>& route,
                                                     const http::Exchange& exchange) const;

  /// Why no body with such headers is taken; where the answer says what would be, adds that to the response.
  [[nodiscard]] static std::optional<http::Problem> body_refusal(http::Exchange& exchange);

  /// Charges a visitor's request; whether it is refused, and answered so.
  [[nodiscard]] bool refuses_visitor(http::Exchange& exchange) const;

  const std::span<const BasicRoute<S>> rows_;
  const S& services_;
  const WebPages web_pages_;
  const std::string_view nothing_here_;
  const std::optional<KeyCheck> keys_;
  limits::RateLimiter* const limits_;     ///< null where nothing is limited
  const std::vector<std::string> names_;  ///< "none" for requests without a route, then each path once
  std::vector<http::RouteId> path_ids_;   ///< for each row the index of its path in names_
  const BasicRoute<S>* links_ = nullptr;  ///< the row for links, if there is one
  std::vector<std::size_t>
      literal_sizes_;  ///< lengths of what stands before the parameter in each row's path
};

extern template class RoutedService<Services>;
extern template class RoutedService<WorkerServices>;

}  // namespace curt::api

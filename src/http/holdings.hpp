#pragma once

#include <cstddef>
#include <string_view>

#include "curt/http/core.hpp"
#include "curt/http/problem.hpp"

namespace curt::http {

/// Why a request is refused whose body there is no room for.
[[nodiscard]] const Problem& too_many_bodies();

/// What one exchange takes of what the server may hold for all clients (Load). For its core's thread.
class Holdings {
 public:
  /// `shared` outlives it.
  explicit Holdings(Shared& shared) noexcept : shared_(shared) {}
  ~Holdings() { give_back(); }
  Holdings(const Holdings&) = delete;
  Holdings& operator=(const Holdings&) = delete;

  /// Counts the request as one for whose answer the server waits. Gives why it cannot take one more; empty if
  /// it can.
  [[nodiscard]] std::string_view begin_waiting() noexcept;

  /// The same for a request that is never refused, as one for the server's own health.
  void begin_vital() noexcept;

  /// Whether there is any room for a body. The refusal is counted.
  [[nodiscard]] bool admit_body() noexcept;

  /// Sets how many bytes of the body count as held. False where all requests together would hold too much;
  /// the refusal is counted.
  [[nodiscard]] bool hold_body(std::size_t bytes) noexcept;

  /// Gives back what the exchange has taken.
  void give_back() noexcept;

 private:
  void waits() noexcept;

  Shared& shared_;
  bool waits_ = false;
  std::size_t body_bytes_ = 0;
};

}  // namespace curt::http

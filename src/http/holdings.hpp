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
  explicit Holdings(Shared& shared) noexcept : shared_(shared) {}
  ~Holdings() { give_back(); }
  Holdings(const Holdings&) = delete;
  Holdings& operator=(const Holdings&) = delete;

  /// Why the server cannot take one more request for whose answer it has to wait; empty if it can, and the
  /// request counts as one. `vital` ones count too, and are never refused.
  [[nodiscard]] std::string_view begin_waiting(bool vital) noexcept;

  /// Whether there is any room for a body; counts the refusal if not.
  [[nodiscard]] bool may_read_body() const noexcept;

  /// Counts so much of the body as held, all in all; false, and a refusal, where all requests together hold
  /// too much.
  [[nodiscard]] bool hold_body(std::size_t bytes) noexcept;

  /// Gives back what the exchange has taken.
  void give_back() noexcept;

 private:
  Shared& shared_;
  bool waits_ = false;
  std::size_t body_bytes_ = 0;
};

}  // namespace curt::http

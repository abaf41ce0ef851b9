#include "http/holdings.hpp"

#include <cstdint>
#include <utility>

namespace curt::http {

const Problem& too_many_bodies() {
  static const Problem problem{.status = 503,
                               .code = "overloaded",
                               .detail = "The bodies of too many requests are being read.",
                               .retry_after = 1};
  return problem;
}

void Holdings::waits() noexcept {
  waits_ = true;
  shared_.metrics.waiting.add(1);
}

std::string_view Holdings::begin_waiting() noexcept {
  if (!shared_.load.requests.take(1)) {
    shared_.metrics.too_many_requests.add();
    return "Too many requests are waiting for their answers.";
  }
  waits();
  return {};
}

void Holdings::begin_vital() noexcept {
  shared_.load.requests.add(1);
  waits();
}

bool Holdings::admit_body() noexcept {
  if (!shared_.load.body_bytes.is_full()) return true;
  shared_.metrics.too_many_bodies.add();
  return false;
}

bool Holdings::hold_body(std::size_t bytes) noexcept {
  const std::size_t more = bytes - body_bytes_;
  if (!shared_.load.body_bytes.take(more)) {
    shared_.metrics.too_many_bodies.add();
    return false;
  }
  body_bytes_ = bytes;
  shared_.metrics.body_bytes.add(static_cast<std::int64_t>(more));
  return true;
}

void Holdings::give_back() noexcept {
  if (std::exchange(waits_, false)) {
    shared_.load.requests.give(1);
    shared_.metrics.waiting.add(-1);
  }
  if (const std::size_t bytes = std::exchange(body_bytes_, 0); bytes != 0) {
    shared_.load.body_bytes.give(bytes);
    shared_.metrics.body_bytes.add(-static_cast<std::int64_t>(bytes));
  }
}

}  // namespace curt::http

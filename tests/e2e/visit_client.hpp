#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/http/raw_client.hpp"
#include "support/zipf.hpp"

namespace curt::test {

/// What a client knows of the visits it made: by the number of each link, how many redirects it got, and how
/// many requests were on their way when a connection broke, of which nobody can say whether they were
/// answered.
struct VisitBook {
  explicit VisitBook(int links = 0)
      : answered(static_cast<std::size_t>(links)), uncertain(static_cast<std::size_t>(links)) {}

  std::vector<std::uint64_t> answered;
  std::vector<std::uint64_t> uncertain;
  std::uint64_t wrong = 0;  ///< answers that were no redirect

  void add(const VisitBook& other);
  [[nodiscard]] std::uint64_t all_answered() const;
  [[nodiscard]] std::uint64_t all_uncertain() const;
};

/// The code of the link with this number.
[[nodiscard]] std::string visited_code(int link);

/// Follows links by their popularity, many requests on the way at once, and keeps the book. It connects anew
/// when the connection breaks.
class VisitClient {
 public:
  /// `port` says where to connect, each time anew.
  VisitClient(std::function<std::uint16_t()> port, int links, unsigned seed, int pipelined = 50);

  /// Sends some requests at once and reads their answers; how long the last one took. Nothing if the
  /// connection broke.
  std::optional<std::chrono::nanoseconds> visit_some();

  [[nodiscard]] const VisitBook& book() const noexcept { return book_; }

 private:
  bool connect();

  std::function<std::uint16_t()> port_;
  Zipf zipf_;
  std::mt19937 random_;
  int pipelined_;
  std::optional<RawClient> client_;
  VisitBook book_;
};

}  // namespace curt::test

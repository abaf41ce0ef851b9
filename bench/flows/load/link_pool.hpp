#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>

namespace flows {

using Random = std::mt19937_64;

/// A number from 0 up to, but not including, 1.
[[nodiscard]] double draw(Random& random);

struct Link {
  std::string code;
  std::string target;
  std::uint64_t answered = 0;  ///< redirects that arrived here: visits, all of them
  std::uint64_t unsure = 0;    ///< requests without a right answer, which may have become visits
};

/// The links of a run. References to them stay good. For one thread.
class LinkPool {
 public:
  /// `run` tells the targets of this run from those of others.
  explicit LinkPool(std::string run) : run_{std::move(run)} {}

  /// A target that no link has yet.
  [[nodiscard]] std::string next_target();
  Link& add(std::string code, std::string target);
  /// The link that was added last is a visitor's own choice from now on. References to it end.
  [[nodiscard]] Link take_last();
  [[nodiscard]] std::size_t size() const noexcept { return links_.size(); }
  /// A link to visit, by Zipf's law with exponent 1: the first link most often. Every tenth visit goes to one
  /// of the last 16, as people try out what they have made. The pool must not be empty.
  [[nodiscard]] Link& pick(Random& random);
  /// Redirects of all links together.
  [[nodiscard]] Link sums() const;

 private:
  std::string run_;
  std::uint64_t targets_ = 0;
  std::deque<Link> links_;
};

}  // namespace flows

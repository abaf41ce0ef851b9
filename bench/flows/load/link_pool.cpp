#include "flows/load/link_pool.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace flows {

double draw(Random& random) { return static_cast<double>(random() >> 11U) * 0x1.0p-53; }

std::string LinkPool::next_target() {
  return fmt::format("https://example.com/flows/{}/{}?utm_source=poster&utm_campaign=spring", run_,
                     ++targets_);
}

Link& LinkPool::add(std::string code, std::string target) {
  return links_.emplace_back(Link{.code = std::move(code), .target = std::move(target)});
}

Link LinkPool::take_last() {
  Link last = std::move(links_.back());
  links_.pop_back();
  return last;
}

Link& LinkPool::pick(Random& random) {
  const std::size_t count = links_.size();
  constexpr double kFresh = 0.1;
  if (draw(random) < kFresh) {
    const std::size_t newest = std::min<std::size_t>(count, 16);
    return links_[count - 1 - random() % newest];
  }
  // The inverse of the distribution whose density is 1 / x from 1 to count + 1: rank k comes with ln((k + 1)
  // / k), which is 1 / k nearly, and no table has to grow with the pool.
  const double rank = std::exp(draw(random) * std::log(static_cast<double>(count) + 1));
  return links_[std::min(static_cast<std::size_t>(rank) - 1, count - 1)];
}

Link LinkPool::sums() const {
  Link sums;
  for (const Link& link : links_) {
    sums.answered += link.answered;
    sums.unsure += link.unsure;
  }
  return sums;
}

}  // namespace flows

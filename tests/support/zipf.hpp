#pragma once

#include <random>
#include <vector>

namespace curt::test {

/// Ranks from 0 on by Zipf's law with exponent 1: the popularity that links of campaigns have.
class Zipf {
 public:
  explicit Zipf(int ranks) {
    std::vector<double> weights;
    weights.reserve(static_cast<std::size_t>(ranks));
    for (int rank = 1; rank <= ranks; ++rank) weights.push_back(1.0 / rank);
    ranks_ = std::discrete_distribution<int>{weights.begin(), weights.end()};
  }
  int operator()(std::mt19937& random) { return ranks_(random); }

 private:
  std::discrete_distribution<int> ranks_;
};

}  // namespace curt::test

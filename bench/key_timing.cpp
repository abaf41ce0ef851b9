// Whether the time that a key is judged in tells if its id exists: unknown ids against wrong secrets of ids
// that exist, interleaved, each judged for the first time. Prints both medians, their difference, and the
// AUC: how often a random unknown id took less than a random wrong secret, 0.5 where nothing can be told.
//
//   taskset -c 0 build/release/bench/key_timing [KEYS [JUDGED]]

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "curt/access/key_text.hpp"
#include "curt/access/keys.hpp"
#include "curt/base/random.hpp"

namespace {

using curt::access::Key;
using curt::access::Keys;
using curt::access::KeyText;
using curt::access::Verdict;
using SteadyClock = std::chrono::steady_clock;

constexpr curt::Timestamp kNow{std::chrono::milliseconds{1'800'000'000'000}};

/// Each text is judged from the same place, as those of a connection are: where a text lies would tell more
/// than what it says.
std::int64_t judge(const Keys& keys, const KeyText& text) {
  static std::array<char, 64> place;
  std::ranges::copy(text.text.view(), place.begin());
  const std::string_view presented{place.data(), text.text.view().size()};
  const auto began = SteadyClock::now();
  const auto verdict = keys.judge(presented, kNow).verdict;
  const auto ended = SteadyClock::now();
  if (verdict != Verdict::not_known) std::abort();
  return std::chrono::nanoseconds{ended - began}.count();
}

std::int64_t median(std::vector<std::int64_t> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

/// The area under the curve: by the sum of ranks (Mann and Whitney), ties counting half.
double auc(const std::vector<std::int64_t>& unknown, const std::vector<std::int64_t>& wrong) {
  std::vector<std::pair<std::int64_t, bool>> all;
  for (const std::int64_t time : unknown) all.emplace_back(time, false);
  for (const std::int64_t time : wrong) all.emplace_back(time, true);
  std::ranges::sort(all);
  double ranks = 0;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    std::size_t of_wrong = 0;
    for (; end < all.size() && all[end].first == all[begin].first; ++end) of_wrong += all[end].second ? 1 : 0;
    ranks += static_cast<double>(of_wrong) * (static_cast<double>(begin + end + 1) / 2);
    begin = end;
  }
  const auto n = static_cast<double>(wrong.size());
  return (ranks - n * (n + 1) / 2) / (n * static_cast<double>(unknown.size()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100;
  const std::size_t judged = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  curt::SystemRandom random;
  std::vector<Key> made;
  for (std::size_t i = 0; i < count; ++i) {
    const KeyText text = curt::access::make_key_text(random);
    Key& key = made.emplace_back();
    key.id = text.id;
    key.secret = text.secret;
  }
  Keys keys;
  keys.replace(made);

  std::vector<KeyText> texts;  // of unknown ids first
  texts.reserve(2 * judged);
  std::minstd_rand chance{1};
  for (std::size_t i = 0; i < judged; ++i) texts.push_back(curt::access::make_key_text(random));
  for (std::size_t i = 0; i < judged; ++i) {
    texts.push_back(curt::access::make_key_text(made[chance() % count].id, random));
  }
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, chance);
  std::vector<std::int64_t> unknown;
  std::vector<std::int64_t> wrong;
  for (const std::size_t i : order) (i < judged ? unknown : wrong).push_back(judge(keys, texts[i]));
  const std::int64_t a = median(unknown);
  const std::int64_t b = median(wrong);
  std::printf("%zu keys, %zu each: unknown id %lld ns, wrong secret %lld ns, difference %lld ns, AUC %.4f\n",
              count, judged, static_cast<long long>(a), static_cast<long long>(b),
              static_cast<long long>(b - a), auc(unknown, wrong));
}

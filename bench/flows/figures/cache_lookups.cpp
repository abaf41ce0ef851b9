#include "flows/figures/cache_lookups.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "curt/base/text.hpp"

namespace flows {

namespace {

double part(std::uint64_t hits, std::uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(all);
}

std::uint64_t grown(std::uint64_t before, std::uint64_t now) { return now < before ? now : now - before; }

}  // namespace

void CacheLookups::add(const CacheLookups& others) {
  local_hits += others.local_hits;
  local_misses += others.local_misses;
  redis_hits += others.redis_hits;
  redis_misses += others.redis_misses;
}

double CacheLookups::local_rate() const { return part(local_hits, local_hits + local_misses); }

double CacheLookups::rate() const { return part(local_hits + redis_hits, local_hits + local_misses); }

CacheLookups parse_lookups(std::string_view page) {
  CacheLookups lookups;
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (!line.starts_with("curt_cache_lookups_total{")) continue;
    const std::string value{curt::trim_blanks(line.substr(line.find('}') + 1))};
    const auto count = static_cast<std::uint64_t>(std::strtod(value.c_str(), nullptr));
    const bool is_local = line.find(R"(layer="local")") != std::string_view::npos;
    if (line.find(R"(result="hit")") != std::string_view::npos) {
      (is_local ? lookups.local_hits : lookups.redis_hits) += count;
    } else if (line.find(R"(result="miss")") != std::string_view::npos) {
      (is_local ? lookups.local_misses : lookups.redis_misses) += count;
    }
  }
  return lookups;
}

CacheLookups since(const CacheLookups& before, const CacheLookups& now) {
  return {.local_hits = grown(before.local_hits, now.local_hits),
          .local_misses = grown(before.local_misses, now.local_misses),
          .redis_hits = grown(before.redis_hits, now.redis_hits),
          .redis_misses = grown(before.redis_misses, now.redis_misses)};
}

std::vector<std::optional<CacheLookups>> CacheCounters::read() {
  std::vector<std::optional<CacheLookups>> all;
  for (const Address& page : pages_) {
    Asker asker{loop_, page.endpoint};
    const auto answer = asker.ask(
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", page.path, page.host));
    std::optional<CacheLookups>& lookups = all.emplace_back();
    if (answer && answer->status == 200) lookups = parse_lookups(answer->body);
  }
  return all;
}

CacheLookups CacheCounters::end(std::size_t& unread) {
  const auto now = read();
  CacheLookups sums;
  unread = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] && before_[i]) {
      sums.add(since(*before_[i], *now[i]));
    } else {
      ++unread;
    }
  }
  return sums;
}

}  // namespace flows

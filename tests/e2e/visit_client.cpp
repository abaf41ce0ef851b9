#include "e2e/visit_client.hpp"

#include <numeric>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace curt::test {
namespace {

constexpr std::string_view kBrowser =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

}  // namespace

void VisitBook::add(const VisitBook& other) {
  for (std::size_t i = 0; i < answered.size(); ++i) {
    answered[i] += other.answered[i];
    uncertain[i] += other.uncertain[i];
  }
  wrong += other.wrong;
}

std::uint64_t VisitBook::all_answered() const {
  return std::accumulate(answered.begin(), answered.end(), std::uint64_t{0});
}

std::uint64_t VisitBook::all_uncertain() const {
  return std::accumulate(uncertain.begin(), uncertain.end(), std::uint64_t{0});
}

std::string visited_code(int link) { return fmt::format("v{}", link); }

VisitClient::VisitClient(std::function<std::uint16_t()> port, int links, unsigned seed, int pipelined)
    : port_(std::move(port)), zipf_(links), random_(seed), pipelined_(pipelined), book_(links) {}

bool VisitClient::connect() {
  if (client_) return true;
  try {
    client_.emplace(port_());
    return true;
  } catch (const std::system_error&) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return false;
  }
}

std::optional<std::chrono::nanoseconds> VisitClient::visit_some() {
  if (!connect()) return std::nullopt;
  std::vector<int> links;
  std::string bytes;
  for (int i = 0; i < pipelined_; ++i) {
    links.push_back(zipf_(random_));
    bytes += fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {}\r\n\r\n",
                         visited_code(links.back()), kBrowser);
  }
  const auto began = std::chrono::steady_clock::now();
  bool broken = !client_->send(bytes);
  for (const int link : links) {
    std::optional<RawResponse> answer;
    if (!broken) answer = client_->read_response();
    if (!answer) {
      broken = true;
      ++book_.uncertain[static_cast<std::size_t>(link)];
    } else if (answer->status == 302) {
      ++book_.answered[static_cast<std::size_t>(link)];
    } else {
      ++book_.wrong;
    }
  }
  if (broken) {
    client_.reset();
    return std::nullopt;
  }
  return std::chrono::steady_clock::now() - began;
}

}  // namespace curt::test

#include "curt/api/request_recorder.hpp"

#include <chrono>
#include <ctime>
#include <utility>

#include "curt/access/key_text.hpp"

#include "api/request/code_parameter.hpp"
#include "api/visitors/near_miss.hpp"

namespace curt::api {
namespace {

/// The time of the last tick of the kernel's clock, up to some milliseconds old, which costs less than the
/// exact one: visits are counted by the hour.
Timestamp coarse_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return Timestamp{std::chrono::milliseconds{now.tv_sec * 1000 + now.tv_nsec / 1'000'000}};
}

void fill_visit(const http::Exchange& exchange, ShortCode& decoded, visits::RequestRecord& record) {
  record.use |= visits::kVisit;
  if (exchange.request.method != http::Method::get) record.use |= visits::kUnjudged;
  record.version = exchange.visited_version;
  record.code = exchange.code;
  if (!is_sent_plainly(exchange)) {
    decoded = code_parameter(exchange).value_or(ShortCode{});
    record.code = decoded.view();
  }
  record.user_agent = exchange.request.user_agent;  // tells bots, also where it is not kept
  if (exchange.request.do_not_track) {
    record.use |= visits::kPrivate;
  } else {
    record.client = exchange.request.client;
    record.referrer = access::before_secret(exchange.request.referrer);
  }
}

void fill_line(const http::Exchange& exchange, const http::Ending& ending, visits::RequestRecord& record) {
  const http::Request& request = exchange.request;
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(ending.time);
  record.use |= visits::kAccessLine;
  record.microseconds = static_cast<std::uint32_t>(time.count());
  record.bytes = static_cast<std::uint32_t>(ending.bytes);
  record.status = static_cast<std::uint16_t>(exchange.response.status());
  record.method = static_cast<std::uint8_t>(request.method);
  record.route = exchange.route;
  record.client = request.client;
  record.request_id = exchange.request_id;
  record.path =
      access::before_secret(request.path.empty() ? request.target : before_query_in_path(request.path));
  record.referrer = access::before_secret(request.referrer);
  record.user_agent = access::before_secret(request.user_agent);
  if (exchange.principal.key) record.key = exchange.principal.key->view();
}

}  // namespace

visits::RequestRecord to_record(const http::Exchange& exchange, const http::Ending& ending, AccessLines lines,
                                Timestamp now, ShortCode& decoded) {
  visits::RequestRecord record;
  record.at = now;
  if (exchange.visited_version != 0) fill_visit(exchange, decoded, record);
  if (lines == AccessLines::all) fill_line(exchange, ending, record);
  return record;
}

RequestRecorder::RequestRecorder(std::vector<visits::RequestRing*> rings, AccessLines lines)
    : rings_(std::move(rings)), lines_(lines) {}

void RequestRecorder::record(std::size_t core, const http::Exchange& exchange,
                             const http::Ending& ending) noexcept {
  if (exchange.visited_version == 0 && lines_ == AccessLines::none) return;
  ShortCode decoded;
  rings_[core]->push(to_record(exchange, ending, lines_, coarse_now(), decoded));
}

}  // namespace curt::api

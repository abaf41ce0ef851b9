#include "curt/http/access_log.hpp"

#include <chrono>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "curt/base/logging.hpp"

namespace curt::http {
namespace {

using namespace std::chrono_literals;

/// How long a record may lie in a ring of an idle server.
constexpr auto kDrainInterval = 10ms;

/// A batch is written when it has grown to this.
constexpr std::size_t kBatchBytes = 64 * 1024;

void append_json(const AccessRecord& record, std::string_view route, std::string& out) {
  const auto text = [&out](std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":");
    log::append_json_string(out, value);
  };
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(R"({{"time":"{}","level":"info","message":"access")"),
                 to_rfc3339(record.at));
  text("method", name_of(record.method));
  text("route", route);
  text("path", record.path.view());
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(R"(,"status":{},"duration_ms":{}.{:03},"bytes":{})"),
                 record.status, record.microseconds / 1000, record.microseconds % 1000, record.bytes);
  text("client", record.client.view());
  text("request_id", record.request_id.view());
  text("referrer", record.referrer.view());
  text("user_agent", record.user_agent.view());
  out.append("}\n");
}

void append_text(const AccessRecord& record, std::string& out) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{} {} {} "), to_rfc3339(record.at), record.status,
                 name_of(record.method));
  log::append_text_value(out, record.path.view());
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(" {}.{:03} ms "), record.microseconds / 1000,
                 record.microseconds % 1000);
  log::append_text_value(out, record.client.view());
  out.push_back(' ');
  log::append_text_value(out, record.request_id.view());
  out.push_back(' ');
  log::append_text_value(out, record.user_agent.view());
  out.push_back('\n');
}

}  // namespace

void append_access_line(const AccessRecord& record, std::string_view route, AccessLogFormat format,
                        std::string& out) {
  if (format == AccessLogFormat::json) {
    append_json(record, route, out);
  } else {
    append_text(record, out);
  }
}

AccessLog::AccessLog(std::size_t cores, AccessLogFormat format, std::vector<std::string> route_names,
                     Sink sink)
    : format_(format), route_names_(std::move(route_names)), sink_(std::move(sink)) {
  for (std::size_t core = 0; core < cores; ++core) rings_.push_back(std::make_unique<Ring>());
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

AccessLog::~AccessLog() = default;

bool AccessLog::push(std::size_t core, const AccessRecord& record) noexcept {
  if (rings_[core]->push(record)) return true;
  lost_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool AccessLog::drain() {
  bool crowded = false;
  for (auto& ring : rings_) {
    const auto take = [&](const AccessRecord& record) {
      append_access_line(record, route_names_[record.route], format_, batch_);
      if (batch_.size() >= kBatchBytes) {
        sink_(batch_);
        batch_.clear();
      }
    };
    crowded |= ring->consume_all(take) > kRingSize / 2;
  }
  if (!batch_.empty()) {
    sink_(batch_);
    batch_.clear();
  }
  return crowded;
}

void AccessLog::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!drain()) std::this_thread::sleep_for(kDrainInterval);
  }
  drain();
}

}  // namespace curt::http

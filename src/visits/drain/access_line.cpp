#include "curt/visits/drain/access_line.hpp"

#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/compile.h>
#include <fmt/format.h>

#include "curt/base/logging.hpp"

namespace curt::visits {
namespace {

std::string_view name_at(const std::vector<std::string>& names, std::size_t index) {
  return index < names.size() ? std::string_view{names[index]} : std::string_view{};
}

}  // namespace

AccessLines::AccessLines(AccessLineFormat format, std::vector<std::string> method_names,
                         std::vector<std::string> route_names)
    : format_(format), method_names_(std::move(method_names)), route_names_(std::move(route_names)) {}

std::string_view AccessLines::time_of(const RequestRecord& record) {
  if (record.at != last_at_) {
    last_at_ = record.at;
    last_time_ = to_rfc3339(record.at);
  }
  return last_time_;
}

void AccessLines::append(const RequestRecord& record, std::string& out) {
  if (format_ == AccessLineFormat::json) {
    append_json(record, out);
  } else {
    append_text(record, out);
  }
}

void AccessLines::append_json(const RequestRecord& record, std::string& out) {
  const auto text = [&out](std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":");
    log::append_json_string(out, value);
  };
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(R"({{"time":"{}","level":"info","message":"access")"),
                 time_of(record));
  text("method", name_at(method_names_, record.method));
  text("route", name_at(route_names_, record.route));
  text("path", record.path);
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(R"(,"status":{},"duration_ms":{}.{:03},"bytes":{})"),
                 record.status, record.microseconds / 1000, record.microseconds % 1000, record.bytes);
  text("client", record.client);
  text("request_id", record.request_id);
  text("referrer", record.referrer);
  text("user_agent", record.user_agent);
  if (!record.key.empty()) text("key", record.key);
  out.append("}\n");
}

void AccessLines::append_text(const RequestRecord& record, std::string& out) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{} {} {} "), time_of(record), record.status,
                 name_at(method_names_, record.method));
  log::append_text_value(out, record.path);
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(" {}.{:03} ms "), record.microseconds / 1000,
                 record.microseconds % 1000);
  log::append_text_value(out, record.client);
  out.push_back(' ');
  log::append_text_value(out, record.request_id);
  out.push_back(' ');
  log::append_text_value(out, record.user_agent);
  if (!record.key.empty()) out.append(" key=").append(record.key);
  out.push_back('\n');
}

}  // namespace curt::visits

#pragma once

#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "curt/base/logging.hpp"

namespace curt::test {

/// Takes the log from level info on as long as it lives, which is to be longer than threads that log.
class CapturedLog {
 public:
  CapturedLog() { log::configure(log::Format::json, log::Level::info, stream_); }
  ~CapturedLog() { log::configure(log::Format::text, log::Level::info, log::Stream::err); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  /// The lines with this message, but for their time. For when no other thread logs any more.
  [[nodiscard]] std::vector<nlohmann::json> events(std::string_view message) const {
    std::vector<nlohmann::json> found;
    std::istringstream in{stream_.str()};
    for (std::string line; std::getline(in, line);) {
      auto event = nlohmann::json::parse(line);
      event.erase("time");
      if (event.at("message") == message) found.push_back(std::move(event));
    }
    return found;
  }

  /// The lines with these messages, as `<message>` or `<message>: <error>`. For when no other thread logs any
  /// more.
  [[nodiscard]] std::vector<std::string> lines(std::initializer_list<std::string_view> messages) const {
    std::vector<std::string> found;
    std::istringstream in{stream_.str()};
    for (std::string line; std::getline(in, line);) {
      const auto event = nlohmann::json::parse(line);
      auto text = event.at("message").get<std::string>();
      for (const std::string_view message : messages) {
        if (text != message) continue;
        found.push_back(event.contains("error") ? text + ": " + event.at("error").get<std::string>() : text);
      }
    }
    return found;
  }

 private:
  std::ostringstream stream_;
};

}  // namespace curt::test

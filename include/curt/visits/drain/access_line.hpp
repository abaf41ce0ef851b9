#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {

/// How the lines of the access log look.
enum class AccessLineFormat : std::uint8_t { json, text };

/// Writes records as lines of the access log. For one thread.
class AccessLines {
 public:
  /// The names that RequestRecord::method and RequestRecord::route are indices into; one beyond them is shown
  /// empty.
  AccessLines(AccessLineFormat format, std::vector<std::string> method_names,
              std::vector<std::string> route_names);

  /// Appends the record as one line with its line end.
  void append(const RequestRecord& record, std::string& out);

 private:
  void append_json(const RequestRecord& record, std::string& out);
  void append_text(const RequestRecord& record, std::string& out);
  /// The record's time; many that follow each other have the same one.
  [[nodiscard]] std::string_view time_of(const RequestRecord& record);

  AccessLineFormat format_;
  std::vector<std::string> method_names_;
  std::vector<std::string> route_names_;
  Timestamp last_at_ = Timestamp::min();
  std::string last_time_;
};

}  // namespace curt::visits

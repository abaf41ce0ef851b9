#pragma once

#include <chrono>

#include "curt/visits/ring/request_record.hpp"

namespace curt::visits::test {

/// A redirect as a browser asks for it, both a visit and a line.
inline RequestRecord some_record() {
  RequestRecord record;
  record.at = Timestamp{std::chrono::milliseconds{1'795'333'780'123}};  // 2026-11-22T07:49:40.123Z
  record.version = 3;
  record.microseconds = 1'042;
  record.bytes = 321;
  record.status = 302;
  record.use = kVisit | kAccessLine;
  record.method = 0;
  record.route = 1;
  record.code = "abc";
  record.client = "192.0.2.1";
  record.request_id = "id-1";
  record.path = "/abc";
  record.referrer = "https://example.com/";
  record.user_agent = "Mozilla/5.0 (X11)";
  return record;
}

}  // namespace curt::visits::test

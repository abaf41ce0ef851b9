#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "curt/visits/batch/batch.hpp"
#include "curt/visits/ring/request_record.hpp"

namespace curt::test {

inline constexpr Timestamp kVisitTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} +
                                      std::chrono::hours{7}};

/// An epoch whose name is this byte repeated.
[[nodiscard]] inline visits::EpochId epoch_of(std::uint8_t byte) {
  visits::EpochId id;
  id.bytes.fill(byte);
  return id;
}

/// `visits` visits of people to the link, in one batch of as many positions, with details.
[[nodiscard]] inline visits::Batch batch_of(visits::EpochId epoch, std::uint64_t first, std::uint32_t visits,
                                            const std::string& code = "abc", std::uint16_t ring = 0) {
  visits::Batch batch;
  batch.id = {.epoch = epoch, .ring = ring, .first = first, .positions = visits};
  batch.begun_at = kVisitTime;
  const auto hour = std::chrono::duration_cast<std::chrono::hours>(kVisitTime.time_since_epoch()).count();
  batch.counts.push_back({.code = ShortCode::from_valid(code), .hour = hour, .humans = visits, .bots = 0});
  for (std::uint32_t i = 0; i < visits; ++i) {
    visits::VisitDetail detail;
    detail.code = ShortCode::from_valid(code);
    detail.at = kVisitTime + std::chrono::milliseconds{i};
    detail.version = 1;
    detail.address = "192.0.2.0";
    detail.user_agent = "Mozilla/5.0";
    batch.details.push_back(std::move(detail));
  }
  return batch;
}

/// A visit to the link, as the redirect pushes it.
[[nodiscard]] inline visits::RequestRecord visit_of(std::string_view code) {
  visits::RequestRecord record;
  record.at = kVisitTime;
  record.version = 1;
  record.status = 302;
  record.use = visits::kVisit;
  record.code = code;
  record.client = "192.0.2.17";
  record.user_agent = "Mozilla/5.0";
  return record;
}

}  // namespace curt::test

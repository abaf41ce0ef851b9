#pragma once

#include <vector>

#include "curt/base/timestamp.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/http/recorder.hpp"
#include "curt/visits/ring/request_record.hpp"
#include "curt/visits/ring/request_ring.hpp"

namespace curt::api {

/// Whether every request leaves a line in the access log.
enum class AccessLines { none, all };

/// The record of an answered request for the ring; its `use` is 0 where it has none. An exchange with a
/// visited_version is a visit. The record views the exchange, and `decoded` where the code came
/// percent-encoded.
[[nodiscard]] visits::RequestRecord to_record(const http::Exchange& exchange, const http::Ending& ending,
                                              AccessLines lines, Timestamp now, ShortCode& decoded);

/// Puts visits, and access lines if they are wanted, into the ring of the core that answered.
class RequestRecorder final : public http::Recorder {
 public:
  /// One ring per core; they must outlive the recorder.
  RequestRecorder(std::vector<visits::RequestRing*> rings, AccessLines lines);

  void record(std::size_t core, const http::Exchange& exchange, const http::Ending& ending) noexcept override;

 private:
  std::vector<visits::RequestRing*> rings_;
  AccessLines lines_;
};

}  // namespace curt::api

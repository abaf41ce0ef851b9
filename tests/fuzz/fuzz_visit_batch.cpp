// Batches as spool files and Redis give them back: whatever is there, nothing is read past its end, and what
// is believed is what encode() makes. The bytes are counts and details, each given its checksum, since no
// fuzzer guesses one; the first two bytes are the length of the counts.
#include <cstdint>
#include <string>
#include <string_view>

#include <xxhash.h>

#include "curt/visits/batch/batch.hpp"
#include "curt/visits/ring/request_record.hpp"

#include "fuzz/require.hpp"

namespace {

std::string with_checksum(std::string_view bytes) {
  std::string out{bytes};
  const std::uint64_t sum = XXH3_64bits(bytes.data(), bytes.size());
  for (unsigned bit = 0; bit < 64; bit += 8) out.push_back(static_cast<char>(sum >> bit));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using curt::fuzz::require;
  using curt::visits::RequestRecord;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  require(!curt::visits::decode(input, {}) || curt::visits::decode_head(input), "a batch has a head");
  if (size < 2) return 0;
  const std::string_view rest = input.substr(2);
  const std::size_t split = data[0] | static_cast<std::size_t>(data[1]) << 8U;
  const std::string counts = with_checksum(rest.substr(0, split));
  const std::string details = split < rest.size() ? with_checksum(rest.substr(split)) : std::string{};
  const auto batch = curt::visits::decode(counts, details);
  if (!batch) return 0;
  const auto head = curt::visits::decode_head(counts);
  require(head && head->id == batch->id && head->begun_at == batch->begun_at, "the same head");
  require(head->visits == batch->visits(), "as many visits as it says");
  for (const auto& count : batch->counts) {
    require(curt::ShortCode::is_valid(count.code.view()), "a code");
  }
  for (const auto& detail : batch->details) {
    require(curt::ShortCode::is_valid(detail.code.view()), "a code");
    require(detail.address.size() <= RequestRecord::kMaxClient &&
                detail.referrer.size() <= RequestRecord::kMaxReferrer &&
                detail.user_agent.size() <= RequestRecord::kMaxUserAgent,
            "bounded texts");
  }
  const auto encoded = curt::visits::encode(*batch);
  require(encoded.encoded_counts == counts, "exactly the counts that we write");
  require(curt::visits::decode(encoded.encoded_counts, encoded.encoded_details) == batch,
          "a batch that comes back");
  return 0;
}

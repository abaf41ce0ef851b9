#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/batch/batch.hpp"

#include "visits/batch/text_index.hpp"

// The two parts of an encoded batch, made bit by bit: the batcher never has a whole Batch in its hands.

namespace curt::visits {

/// Counts in the order of code and hour, which add up to `visits`.
[[nodiscard]] std::string encode_counts(const BatchId& id, Timestamp begun_at, std::uint32_t visits,
                                        std::span<const VisitCount* const> counts);

/// What a VisitDetail has, in texts of somebody else.
struct DetailView {
  std::string_view code;
  Timestamp at;
  std::int64_t version = 0;
  bool bot = false;
  std::string_view address;
  std::string_view referrer;
  std::string_view user_agent;
};

/// Encodes details one by one. A text that was there before in the same batch costs two bytes. What is no
/// UTF-8 or a control character becomes '?', since a database refuses it and with it the whole batch; texts
/// too long for a RequestRecord are cut.
class DetailsEncoder {
 public:
  void add(const DetailView& detail);

  /// Bytes so far, about.
  [[nodiscard]] std::size_t size() const noexcept { return body_.size(); }

  /// All of them as they go into EncodedBatch, empty for none; begins anew.
  [[nodiscard]] std::string finish(const BatchId& id);

 private:
  struct Place {
    std::uint32_t offset;
    std::uint32_t size;
  };

  enum Field : std::size_t { code, address, referrer, user_agent };
  static constexpr std::size_t kFields = 4;

  void put(Field field, std::string_view text, std::size_t most);
  void put_new(std::string_view text);
  [[nodiscard]] bool is_text(std::uint32_t number, std::string_view text) const noexcept;

  std::string body_;
  std::uint64_t count_ = 0;
  std::int64_t last_at_ = 0;
  std::vector<Place> texts_;
  std::array<std::uint32_t, kFields> last_{};  ///< text of each field, which many have as the one before
  TextIndex index_;
};

/// Nothing if they are not what DetailsEncoder makes for this batch.
[[nodiscard]] std::optional<std::vector<VisitDetail>> decode_details(std::string_view bytes,
                                                                     const BatchId& id);

}  // namespace curt::visits

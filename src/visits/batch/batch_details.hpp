#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/visits/batch/batch.hpp"

#include "visits/batch/text_index.hpp"

// The details of an encoded batch, encoded one by one: the batcher never holds a whole Batch.

namespace curt::visits {

/// A VisitDetail whose texts belong to the caller.
struct DetailView {
  std::string_view code;
  Timestamp at;
  std::int64_t version = 0;
  bool bot = false;
  std::string_view address;
  std::string_view referrer;
  std::string_view user_agent;
};

/// Encodes details one by one. A text that occurred before in the same batch costs two bytes. Bytes that are
/// not UTF-8 and control characters become '?', since a database would refuse them and with them the whole
/// batch; texts too long for a RequestRecord are cut.
class DetailsEncoder {
 public:
  void add(const DetailView& detail);

  /// Approximate number of bytes so far.
  [[nodiscard]] std::size_t size() const noexcept { return body_.size(); }

  /// The details as they go into EncodedBatch, empty for none; starts again with none.
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
  std::array<std::uint32_t, kFields> last_{};  ///< text of each field in the last detail, often repeated
  TextIndex index_;
};

/// Reads details back; nothing if they are not what DetailsEncoder makes for this batch.
[[nodiscard]] std::optional<std::vector<VisitDetail>> decode_details(std::string_view bytes,
                                                                     const BatchId& id);

}  // namespace curt::visits

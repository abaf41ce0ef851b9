// Files to import: each is decoded to the same text, and has the same records of JSON and the same links, in
// whatever pieces a pipe gives it, and its size is what was read of it in the end. The first byte says what
// is read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "app/transfer/reading/decoded_input.hpp"
#include "app/transfer/reading/foreign_time.hpp"
#include "app/transfer/reading/json_records.hpp"
#include "app/transfer/reading/link_reader.hpp"
#include "fuzz/require.hpp"
#include "support/app/piecewise_source.hpp"

namespace {

using namespace curt::app;
using curt::fuzz::require;

using PieceSize = std::function<std::size_t(std::size_t)>;

struct Outcome {
  std::string text;
  std::string failure;
};

Outcome decode(const std::string& bytes, const PieceSize& piece_size) {
  curt::test::PiecewiseSource source{bytes, piece_size};
  std::istream in{&source};
  DecodedInput input{in};
  Outcome outcome;
  for (std::string_view there = input.available(); !there.empty(); there = input.available()) {
    require(input.bytes_read() <= bytes.size(), "no more read than there is");
    const std::size_t half = (there.size() + 1) / 2;
    outcome.text.append(there.substr(0, half));
    input.consume(half);
  }
  outcome.failure = input.failure();
  require(!outcome.failure.empty() || input.bytes_read() == bytes.size(), "all is read in the end");
  return outcome;
}

Outcome read_records(const std::string& bytes, const PieceSize& piece_size) {
  curt::test::PiecewiseSource source{bytes, piece_size};
  std::istream in{&source};
  DecodedInput input{in};
  const std::string head{input.peek(kJsonHead)};
  (void)json_form_of(head);
  const auto list = find_json_list(head);
  JsonRecords records{input, list ? *list : JsonList{.members = {"data"}}};
  Outcome outcome;
  while (const auto record = records.next()) {
    require(record->text.size() <= JsonRecords::kMaxRecord, "a record within the limit");
    require(record->text.empty() != record->refusal.empty(), "a text or a refusal");
    outcome.text.append(std::to_string(record->line)).append(record->key).append(record->text).append("\n");
  }
  outcome.failure = records.failure();
  return outcome;
}

/// How much there is before a fault in zstd data, and its words, depend on what libzstd has of a frame at
/// once.
bool agree(const Outcome& one, const Outcome& other) {
  if (one.failure.empty() != other.failure.empty()) return false;
  if (one.failure.find("zstd") != std::string::npos) return true;
  return one.text == other.text && one.failure == other.failure;
}

Outcome read_links(const std::string& bytes, const PieceSize& piece_size) {
  curt::test::PiecewiseSource source{bytes, piece_size};
  std::istream in{&source};
  DecodedInput input{in};
  LinkReader reader{input, {}};
  Outcome outcome;
  if (const auto opened = reader.open(); !opened) {
    require(!opened.error().detail.empty(), "a refusal with words");
    outcome.failure = opened.error().detail;
    return outcome;
  }
  outcome.text = describe(reader.form());
  while (const auto record = reader.next()) {
    require(record->links.empty() || record->refusal.empty(), "links or a refusal");
    outcome.text.append(std::to_string(record->raw.line)).append(record->refusal);
    for (const LinkLine& link : record->links) {
      outcome.text.append(link.draft.alias.value_or("?")).append(link.draft.url).append("\n");
    }
  }
  outcome.failure = reader.failure();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (data[0] % 4 == 2) {
    const auto time = curt::app::parse_foreign_time(bytes);
    if (!time) require(!time.error().fields.empty(), "an error with words");
    return 0;
  }
  constexpr std::array kRead{decode, read_records, read_records, read_links};
  const auto read = kRead.at(data[0] % kRead.size());
  const Outcome whole = read(bytes, [&](std::size_t) { return size; });
  require(agree(whole, read(bytes, [](std::size_t) { return std::size_t{1}; })), "the same byte by byte");
  require(agree(whole, read(bytes, [&](std::size_t n) { return 1 + (7 * n + size) % 13; })),
          "the same in pieces");
  return 0;
}

#include "app/transfer/reading/bytes/beginning.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace curt::app {
namespace {

using namespace std::string_view_literals;

/// How a kind of file begins. A dot stands for any byte. A longer signature comes before those that it begins
/// with.
struct Signature {
  std::string_view bytes;
  ByteForm form;
  std::size_t mark = 0;
  std::string_view what{};
};

constexpr std::string_view kZip =
    "a ZIP archive, or a sheet of Excel or LibreOffice: unpack it, or save the sheet as CSV";
constexpr std::string_view kUtf32 = "UTF-32: save it as UTF-8";

constexpr Signature kSignatures[] = {
    {"\xef\xbb\xbf"sv, ByteForm::utf8, 3},
    {"\xff\xfe\0\0"sv, ByteForm::other, 0, kUtf32},
    {"\0\0\xfe\xff"sv, ByteForm::other, 0, kUtf32},
    {"\xff\xfe"sv, ByteForm::utf16_little, 2},
    {"\xfe\xff"sv, ByteForm::utf16_big, 2},
    {"\x1f\x8b"sv, ByteForm::gzip},
    {"\x28\xb5\x2f\xfd"sv, ByteForm::zstd},
    {".\x2a\x4d\x18"sv, ByteForm::zstd},  // a skippable frame (RFC 8878, section 3.1.2); no text
    {"PK\x03\x04"sv, ByteForm::other, 0, kZip},
    {"PK\x05\x06"sv, ByteForm::other, 0, "an empty ZIP archive"},
    {"PK\x07\x08"sv, ByteForm::other, 0, kZip},
    {"\xfd\x37zXZ\0"sv, ByteForm::other, 0, "xz data: unpack it with unxz"},
    {"BZh.1AY&SY"sv, ByteForm::other, 0, "bzip2 data: unpack it with bunzip2"},
    {"\x1f\x9d"sv, ByteForm::other, 0, "data of compress: unpack it with gunzip"},
    {"\x04\x22\x4d\x18"sv, ByteForm::other, 0, "lz4 data: unpack it with unlz4"},
    {"7z\xbc\xaf\x27\x1c"sv, ByteForm::other, 0, "a 7z archive: unpack it"},
    {"Rar!\x1a\x07"sv, ByteForm::other, 0, "a RAR archive: unpack it"},
    {"%PDF-"sv, ByteForm::other, 0, "a PDF document: export a table instead"},
    {"SQLite format 3\0"sv, ByteForm::other, 0, "an SQLite database: export its table of links as CSV"},
    {"PGDMP\x01"sv, ByteForm::other, 0, "a dump of Postgres: export the table of links as CSV"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, ByteForm::other, 0, "an old Excel sheet: save it as CSV"},
};

bool agree(std::string_view head, std::string_view signature) {
  return std::equal(head.begin(), head.end(), signature.begin(),
                    [](char byte, char wanted) { return wanted == '.' || byte == wanted; });
}

bool is_skippable_frame(std::string_view head) { return (head[0] & 0xf0) == 0x50; }

/// Zero bytes at even and at odd places.
struct Zeros {
  std::size_t even = 0;
  std::size_t odd = 0;
};

/// What holds a zero byte in its first line: UTF-16 without a mark, or no text at all.
Beginning judge_zeros(std::string_view head, std::size_t first_zero) {
  if (head.size() >= 262 && head.substr(257, 5) == "ustar")
    return {ByteForm::other, 0, "a tar archive: unpack it"};
  if (head.size() >= 4) {
    const bool zero[] = {head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0};
    const bool little = !zero[0] && zero[1] && zero[2] && zero[3];
    const bool big = zero[0] && zero[1] && zero[2] && !zero[3];
    if (little || big) return {ByteForm::other, 0, std::string{kUtf32}};
  }
  Zeros zeros;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == 0) ++(i % 2 == 0 ? zeros.even : zeros.odd);
  }
  // A table has commas, digits and URLs, also where its titles have none of ASCII's characters.
  const std::size_t enough = std::max<std::size_t>(head.size() / 8, 1);
  // A character such as U+1F600 has a zero byte at the other place.
  if (zeros.odd >= enough && zeros.odd >= 4 * zeros.even) return {ByteForm::utf16_little};
  if (zeros.even >= enough && zeros.even >= 4 * zeros.odd) return {ByteForm::utf16_big};
  return {ByteForm::other, 0, fmt::format("not text: byte {} is zero", first_zero + 1)};
}

}  // namespace

Beginning judge_beginning(std::string_view head, bool is_all) {
  for (const Signature& signature : kSignatures) {
    const std::size_t known = std::min(head.size(), signature.bytes.size());
    if (!agree(head.substr(0, known), signature.bytes.substr(0, known))) continue;
    if (signature.bytes.front() == '.' && !head.empty() && !is_skippable_frame(head)) continue;
    if (known == signature.bytes.size()) return {signature.form, signature.mark, std::string{signature.what}};
    if (!is_all) return {};
  }
  const bool enough = is_all || head.size() >= kBeginning;
  // Zero bytes in the first line tell UTF-16: the first line end of UTF-8 has none before it.
  const std::size_t telling = head.find_first_of("\n\0"sv);
  if (telling != std::string_view::npos && head[telling] == '\n') return {ByteForm::utf8};
  if (!enough) return {};
  return telling == std::string_view::npos ? Beginning{ByteForm::utf8}
                                           : judge_zeros(head.substr(0, kBeginning), telling);
}

Beginning PeekedBytes::judge() {
  head_.reserve(kBeginning + kLeastRoom);
  Beginning beginning;
  for (bool ended = false; beginning.form == ByteForm::undecided;) {
    const std::size_t known = head_.size();
    head_.resize(kBeginning + kLeastRoom);
    head_.resize(known + bytes_->read(std::span{head_}.subspan(known)));
    ended = head_.size() == known;
    beginning = judge_beginning(head_, ended);
  }
  rest_ = std::string_view{head_}.substr(beginning.mark);
  return beginning;
}

std::size_t PeekedBytes::read(std::span<char> into) {
  if (rest_.empty()) return bytes_->read(into);
  const std::size_t count = std::min(rest_.size(), into.size());
  std::memcpy(into.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

}  // namespace curt::app

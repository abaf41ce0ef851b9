#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/transfer/reading/decoded_input.hpp"
#include "app/transfer/reading/json/json_scanner.hpp"
#include "app/transfer/reading/json_list.hpp"

namespace curt::app {

/// One element of the list.
struct JsonRecord {
  std::string_view text{};  ///< what stands there, not yet parsed; valid until the next call of next()
  std::uint64_t line = 0;   ///< in which it begins; counts from 1
  std::string key{};        ///< its member's name, where the list is an object; UTF-8 if the file is
  std::string_view
      refusal{};  ///< why there is no text: longer than kMaxRecord, or nested deeper than kMaxDepth
};

/// Reads the elements of a list of one JSON document or of several one after another, of any size, in
/// constant memory. Elements come as text: whether they are valid JSON, and objects, is for the caller to
/// find out. All around them is checked here. Blocks. For one thread.
class JsonRecords {
 public:
  static constexpr std::size_t kMaxRecord = std::size_t{1024} * 1024;  ///< bytes
  static constexpr std::size_t kMaxDepth = 64;  ///< objects and arrays, the record itself being the first

  /// `in` must outlive this. `list` is what find_json_list() made of its beginning.
  JsonRecords(DecodedInput& in, JsonList list);

  /// The next element; nothing at the end of the text, or when reading failed.
  [[nodiscard]] std::optional<JsonRecord> next();

  /// What is wrong with the document, and in which line, or why reading failed; empty if nothing is.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

  static constexpr std::size_t kMostPassedOver = 5;  ///< are named

  /// Other arrays of links that were passed over so far, such as "data.archived": the first of each member
  /// that begins in its first kJsonHead bytes.
  [[nodiscard]] const std::vector<std::string>& passed_over() const noexcept { return passed_over_; }

 private:
  enum class Place { between_documents, in_object, in_list };

  [[nodiscard]] std::optional<JsonRecord> take_record(std::string key);
  [[nodiscard]] std::optional<JsonRecord> next_element();
  bool begin_document();
  bool next_member();
  bool pass_over(const std::string& key);
  bool enter(std::size_t level);
  void leave(std::size_t level);
  bool step_to_element(char closing);
  bool take_key(std::string& key);
  bool accept(bool taken);
  bool fail(std::string why);
  [[nodiscard]] std::string missing_list() const;

  JsonScanner scanner_;
  JsonList list_;
  Place place_ = Place::between_documents;
  std::size_t level_ = 0;  ///< members of the way that lead to the object that is read
  bool at_first_ = true;   ///< whether its first element is next, or that of the list
  bool list_is_object_ = false;
  bool list_seen_ = false;  ///< in this document
  std::uint64_t document_line_ = 0;
  std::string text_;
  std::vector<std::string> passed_over_;
  std::string failure_;
};

}  // namespace curt::app

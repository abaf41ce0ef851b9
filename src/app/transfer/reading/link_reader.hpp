#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "app/transfer/reading/decoded_input.hpp"
#include "app/transfer/reading/fields/fields.hpp"
#include "app/transfer/reading/form/form.hpp"
#include "app/transfer/reading/json_records.hpp"
#include "app/transfer/reading/rows/raw_record.hpp"
#include "app/transfer/reading/rows/text_records.hpp"

namespace curt::app {

/// A record and what it asks for.
struct ReadRecord {
  RawRecord raw;
  std::vector<LinkLine> links;  ///< mostly one; none where it is refused, or of another domain
  std::string refusal;          ///< why it cannot be read, as one line of printable text; else empty
};

/// Reads the links of a text, whose form it settles first. For one thread. Blocks.
class LinkReader {
 public:
  /// `in` must outlive this.
  LinkReader(DecodedInput& in, FormWishes wishes, Taking taking = {});

  /// Settles the form, and reads ahead a little. An error says what was seen and what to do; nothing may be
  /// read then. To be called once, first.
  [[nodiscard]] result<void> open();

  /// The next record; nothing at the end of the text, or when reading failed.
  [[nodiscard]] std::optional<ReadRecord> next();

  [[nodiscard]] const Form& form() const noexcept { return form_; }

  /// Bytes of the file that have been used up.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return in_.bytes_read(); }

  /// Why nothing can be read at all; empty if something can.
  [[nodiscard]] std::string early_failure() const;

  /// Why reading failed; empty if it did not.
  [[nodiscard]] const std::string& failure() const noexcept;

  /// What was passed over so far although it may hold links too, in words; empty where nothing was.
  [[nodiscard]] std::string passed_over() const;

 private:
  [[nodiscard]] result<void> refuse_lost_codes() const;
  std::optional<ReadRecord> read();
  std::optional<ReadRecord> read_json();
  void read_url(ReadRecord& record) const;
  void read_row(ReadRecord& record) const;
  void read_object(ReadRecord& record, const std::string& key);
  void take(const Fields& fields, ReadRecord& record) const;
  void note(const std::string& name);
  void take_as_own();
  [[nodiscard]] bool is_chosen(Column column) const;

  DecodedInput& in_;
  FormWishes wishes_;
  Taking taking_;
  Form form_;
  std::optional<TextRecords> text_;
  std::unique_ptr<JsonRecords> json_;
  std::deque<ReadRecord> ahead_;
  bool noting_ = false;  ///< whether members that are met are new to the form
  std::unordered_set<std::string> noted_;
};

}  // namespace curt::app

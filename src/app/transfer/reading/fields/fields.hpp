#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/transfer/reading/fields/column.hpp"
#include "app/transfer/reading/fields/link_line.hpp"
#include "app/transfer/reading/foreign_time.hpp"

namespace curt::app {

/// What a record says of a link, by column.
class Fields {
 public:
  /// Takes what a place in the record says. Of several places for one column the one with the lowest rank is
  /// taken that says something; of short URLs all are, in the order of their ranks.
  void offer(const NameMeaning& meaning, std::string text);

  /// The same for a list: of tags, or of the short URLs that one link has.
  void offer(const NameMeaning& meaning, std::vector<std::string> list);

  /// What the column says; empty for nothing.
  [[nodiscard]] const std::string& text(Column column) const { return texts_[index_of(column)]; }

  [[nodiscard]] const std::vector<std::string>& tags() const { return tags_; }
  [[nodiscard]] const std::vector<std::string>& short_urls() const { return short_urls_; }

 private:
  std::array<std::string, kColumns> texts_;
  std::array<std::uint8_t, kColumns> ranks_{};
  std::vector<std::string> tags_;
  std::vector<std::string> short_urls_;
  std::uint8_t short_url_rank_ = 255;  ///< the lowest so far
};

/// How the fields of a file are taken.
struct Taking {
  /// Whether a title or a code NULL is one, as in JSON, which has a null, and in what curt exports; the form
  /// tells.
  bool literal = false;
  std::string domain;  ///< only links of this host, and those that name none; empty for all
  DayOrder dates = DayOrder::unknown;
};

/// The links that the fields ask for: one, or one for each short URL of the domain; none where they are of
/// another domain. Errors are invalid_value, with all that cannot be read.
[[nodiscard]] result<std::vector<LinkLine>> links_of(const Fields& fields, const Taking& taking);

/// The code in a short URL with or without a scheme, or the code itself, decoded. An error, of the field
/// "alias", where there is none.
[[nodiscard]] result<std::string> code_of_short_url(std::string_view text);

}  // namespace curt::app

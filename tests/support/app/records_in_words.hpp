#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/transfer/reading/link_reader.hpp"

namespace curt::test {

/// A record in words: "2: a -> https://a.example", or "2: why it is refused".
[[nodiscard]] inline std::string words_of(const app::ReadRecord& record) {
  std::string words = fmt::format("{}:", record.raw.line);
  if (!record.refusal.empty()) words += ' ' + record.refusal;
  for (const app::LinkLine& link : record.links) {
    words += fmt::format(" {} -> {}", link.draft.alias.value_or("?"), link.draft.url);
    if (link.draft.title) words += fmt::format(" \"{}\"", *link.draft.title);
  }
  return words;
}

/// All records of the text in words, and why it cannot be read at all or to its end.
[[nodiscard]] inline std::vector<std::string> read(const std::string& text, app::FormWishes wishes = {},
                                                   std::string domain = {}) {
  std::istringstream in{text};
  app::DecodedInput decoded{in};
  app::LinkReader reader{decoded, std::move(wishes), {.domain = std::move(domain)}};
  if (const auto opened = reader.open(); !opened) return {"refused: " + opened.error().detail};
  if (const std::string why = reader.early_failure(); !why.empty()) return {"unreadable: " + why};
  std::vector<std::string> records;
  while (auto record = reader.next()) records.push_back(words_of(*record));
  if (!reader.failure().empty()) records.push_back("failed: " + reader.failure());
  return records;
}

}  // namespace curt::test

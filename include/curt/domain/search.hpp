#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/link.hpp"

namespace curt {

/// What a search goes through for a link: its code, its target as it is stored and as people read it (the
/// host's international names and the percent-encodings undone), and its title, a line each; folded, so that
/// what differs in case or width only is the same, and a Turkish "İ" is an "i".
[[nodiscard]] std::string searched_text(std::string_view code, std::string_view target,
                                        std::string_view title);

/// What somebody looks for among links. Immutable; it owns its texts.
class Search {
 public:
  /// Finds every link.
  Search() = default;

  /// Reads what was typed: a part of a code, target or title, or a whole URL as it was once given. A short
  /// URL of this service, below `base_url` with its scheme or without, finds the link with its code too,
  /// also where punctuation follows it.
  /// Blanks and invisible characters around it are ignored. `typed` is UTF-8.
  [[nodiscard]] static Search of(std::string_view typed, std::string_view base_url = {});

  /// Takes back what text() gave.
  [[nodiscard]] static Search from_text(std::string_view text);

  /// The search as one text.
  [[nodiscard]] std::string text() const;

  /// Whether it finds every link.
  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }

  /// Whether it finds a link with this searched_text().
  [[nodiscard]] bool finds(std::string_view searched) const noexcept;

  [[nodiscard]] bool finds(const Link& link) const;

  /// The searched_text() of a link that is found holds one of these,
  [[nodiscard]] const std::vector<std::string>& parts() const noexcept { return parts_; }

  /// or begins with one of these.
  [[nodiscard]] const std::vector<std::string>& beginnings() const noexcept { return beginnings_; }

 private:
  std::vector<std::string> parts_;
  std::vector<std::string> beginnings_;
};

}  // namespace curt

#include "app/transfer/import_preview.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include "curt/base/json_string.hpp"
#include "curt/base/timestamp.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kFirst = 5;

std::string printable(std::string_view text) {
  std::string safe;
  log::append_terminal_safe(safe, text);
  return safe;
}

/// The link on one line.
std::string line_of(const links::ImportRow& row) {
  const links::NewLink& link = row.link;
  const bool generated = row.code_source == links::CodeSource::generated;
  std::string line = generated ? "a new code" : std::string{link.code.view()};
  line += " -> " + link.target.str();
  if (link.title) line += fmt::format("  \"{}\"", printable(*link.title));
  if (!link.tags.empty())
    line += fmt::format("  [{}]", printable(fmt::format("{}", fmt::join(link.tags, ", "))));
  line += "  created " + to_rfc3339(link.created_at);
  if (link.settings.not_before) line += "  from " + to_rfc3339(*link.settings.not_before);
  if (link.settings.expires_at) line += "  expires " + to_rfc3339(*link.settings.expires_at);
  if (!link.settings.enabled) line += "  disabled";
  if (link.settings.max_visits) {
    line += fmt::format("  {} of {} visits spent", link.spent, *link.settings.max_visits);
  }
  if (const std::int64_t visits = row.humans + row.bots; visits > 0)
    line += fmt::format("  {} visits so far", visits);
  return line;
}

}  // namespace

void preview_import(LinkReader& reader, const links::LinkRules& rules, const Clock& clock,
                    std::ostream& out) {
  std::uint64_t fit = 0;
  std::uint64_t other_domain = 0;
  std::uint64_t rejected = 0;
  std::uint64_t reserved = 0;
  std::string first;
  std::string refused;
  const auto reject = [&](std::uint64_t line, std::string_view reason) {
    if (++rejected <= kFirst) refused += fmt::format("  line {}: {}\n", line, reason);
  };
  while (auto record = reader.next()) {
    if (!record->refusal.empty()) reject(record->raw.line, record->refusal);
    if (record->refusal.empty() && record->links.empty()) ++other_domain;
    for (const LinkLine& link : record->links) {
      const auto row = to_import_row(link, rules, clock.now());
      if (!row) {
        if (wants_reserved_code(link, rules)) ++reserved;
        reject(record->raw.line, reason_of(row.error()));
      } else if (++fit <= kFirst) {
        first += fmt::format("  line {}: {}\n", record->raw.line, line_of(*row));
      }
    }
  }
  fmt::print(out, "{}", describe(reader.form()));
  if (!first.empty()) fmt::print(out, "first links:\n{}", first);
  if (!refused.empty())
    fmt::print(out, "would be rejected{}:\n{}", rejected > kFirst ? ", the first of them" : "", refused);
  fmt::print(out, "{} {}, {} would be rejected", fit, fit == 1 ? "link fits" : "links fit", rejected);
  if (other_domain == 1) fmt::print(out, ", 1 is of another domain");
  if (other_domain > 1) fmt::print(out, ", {} are of other domains", other_domain);
  fmt::print(out, "; nothing was imported\n{}", words_on_reserved(reserved));
}

std::string words_on_reserved(std::uint64_t reserved) {
  if (reserved == 0) return "";
  return fmt::format("{} of those rejected {} a code that is a reserved word\n", reserved,
                     reserved == 1 ? "has" : "have");
}

}  // namespace curt::app

#include "app/doctor/report.hpp"

#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "curt/base/enum_names.hpp"
#include "curt/base/json_string.hpp"

namespace curt::app {
namespace {

constexpr EnumNames<Mark, Mark::error> kNames{
    {Mark::ok, "ok"}, {Mark::note, "note"}, {Mark::warning, "warning"}, {Mark::error, "error"}};

/// Of a terminal (ECMA-48, SGR).
constexpr EnumNames<Mark, Mark::error> kColours{
    {Mark::ok, "32"}, {Mark::note, "36"}, {Mark::warning, "33"}, {Mark::error, "31"}};

constexpr std::string_view kIndent = "             ";  // under the text

void append(std::string& out, const Finding& finding, Colours colours) {
  const std::string mark = fmt::format("{:<8}", kNames[finding.mark]);
  if (colours == Colours::on) {
    out += fmt::format("  \033[{}m{}\033[0m   ", kColours[finding.mark], mark);
  } else {
    out += fmt::format("  {}   ", mark);
  }
  log::append_terminal_safe(out, finding.text);
  out += '\n';
  if (finding.advice.empty()) return;
  out += fmt::format("{}-> ", kIndent);
  log::append_terminal_safe(out, finding.advice);
  out += '\n';
}

std::string_view text_of(const CheckUp& found) {
  switch (found.verdict()) {
    case Verdict::would_start:
      return "`curt serve` would start";
    case Verdict::runs:
      return "`curt serve` runs";
    case Verdict::would_not_start:
      return found.shows_instance() ? "`curt serve` runs, and would not start again"
                                    : "`curt serve` would not start";
    case Verdict::unknown:
      break;
  }
  return "whether `curt serve` would start could not be told in time";
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

std::string to_text(const CheckUp& found, Colours colours) {
  std::string out;
  for (const Section& section : found.sections) {
    if (section.findings.empty()) continue;
    out += section.heading + '\n';
    for (const Finding& finding : section.findings) append(out, finding, colours);
    out += '\n';
  }
  out += fmt::format("{}, {}: {}.\n", counted(found.count(Mark::error), "error"),
                     counted(found.count(Mark::warning), "warning"), text_of(found));
  return out;
}

std::string to_json(const CheckUp& found) {
  using Json = nlohmann::ordered_json;
  Json findings = Json::array();
  for (const Section& section : found.sections) {
    for (const Finding& finding : section.findings) {
      Json one{{"about", section.heading}, {"mark", kNames[finding.mark]}, {"text", finding.text}};
      if (!finding.advice.empty()) one["advice"] = finding.advice;
      findings.push_back(std::move(one));
    }
  }
  const Json json{{"version", CURT_VERSION},
                  {"would_start", found.verdict() == Verdict::would_start},
                  {"running", found.shows_instance()},
                  {"complete", found.is_complete},
                  {"errors", found.count(Mark::error)},
                  {"warnings", found.count(Mark::warning)},
                  {"findings", std::move(findings)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace curt::app

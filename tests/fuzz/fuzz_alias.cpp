// Aliases and codes of other software: what is accepted is exactly what was asked for, well-formed and not
// one of the service's own words.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "curt/domain/short_code.hpp"
#include "curt/domain/typed_code.hpp"
#include "curt/links/link_rules.hpp"

#include "fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using curt::ShortCode;
  using curt::fuzz::require;
  static const curt::links::LinkRules rules{
      {"api", "docs", "favicon.ico", "health", "metrics", "shorten", "Stats"},
      curt::TargetUrl::from_stored("https://curt.test/")};
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto code = ShortCode::parse(text);
  const auto imported = ShortCode::parse_imported(text);
  require(!code || imported, "what may be made here may be imported");
  require(!imported || ShortCode::is_valid(text), "what was imported is served");
  require(!imported || imported->view() == text, "the imported text as it was");
  const auto typed = curt::typed_code(text);
  require(typed.has_value() || !ShortCode::is_valid(text), "a code is what it is typed as");
  require(!typed || ShortCode::is_valid(typed->view()), "what is looked up is a code");
  require(!ShortCode::is_valid(text) || typed->view() == text, "a code is its own form");
  if (code) {
    require(code->view() == text, "the text as it was");
    require(!text.empty() && text.size() <= ShortCode::kMaxLength, "a length within the limits");
    require(std::all_of(text.begin(), text.end(),
                        [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '-' || c == '_';
                        }),
            "the alphabet");
    require(ShortCode::from_valid(text) == *code, "the same from a store");
  } else {
    require(!code.error().fields.empty() && code.error().fields.front().field == "alias",
            "a refusal names the field");
  }
  const auto allowed = rules.check_imported_code(text);
  require(allowed.has_value() == (imported.has_value() && !rules.is_reserved(*imported)),
          "well-formed and not reserved");
  const auto alias = rules.check_alias(text);
  require(alias.has_value() == (code.has_value() && !rules.is_reserved(*code)),
          "well-formed and not reserved");
  return 0;
}

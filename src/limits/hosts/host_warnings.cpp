#include "curt/limits/hosts/host_warnings.hpp"

#include <algorithm>
#include <string>

#include "curt/domain/idna.hpp"
#include "curt/domain/unicode/script_table.hpp"

#include "limits/hosts/look_table.hpp"

namespace curt::limits {
namespace {

using unicode::Scripts;
using unicode::ScriptTable;

constexpr char32_t kAscii = 0x80;

bool is_encoded(std::string_view label) noexcept { return label.starts_with("xn--"); }

/// Whether the label is neither of one script nor of Latin and what goes with it.
bool mixes_scripts(std::u32string_view label) {
  const ScriptTable& table = ScriptTable::unicode();
  const Scripts latin = table.script("Latn");
  Scripts all = Scripts{}.set();
  Scripts others = Scripts{}.set();
  bool has_latin = false;
  for (const char32_t character : label) {
    const Scripts scripts = table.augmented_scripts_of(character);
    all &= scripts;
    const bool is_latin = (scripts & latin).any();
    has_latin = has_latin || (is_latin && !scripts.all());
    if (!is_latin) others &= scripts;
  }
  if (all.any()) return false;
  return !(has_latin && (others & table.systems()).any());
}

/// Whether a label in another script looks like one in ASCII.
bool looks_ascii(std::u32string_view label) {
  const ScriptTable& table = ScriptTable::unicode();
  const LookTable& looks = LookTable::unicode();
  const Scripts latin = table.script("Latn");
  bool has_other = false;
  for (const char32_t character : label) {
    const Scripts scripts = table.scripts_of(character);
    if (!scripts.all() && (scripts & latin).any()) return false;
    if (character < kAscii) continue;  // a digit or a hyphen
    if (!looks.ascii_look_of(character)) return false;
    has_other = true;
  }
  return has_other;
}

}  // namespace

HostWarnings warnings_of(std::string_view host) {
  HostWarnings warnings;
  if (host.find("xn--") == std::string_view::npos) return warnings;
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool has_ascii_top = !is_encoded(host.substr(host.rfind('.') + 1));
  for (std::string_view rest = host; !rest.empty();) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    if (!is_encoded(label)) continue;
    // Browsers show as it is what they would not have encoded so.
    const std::u32string text = idna::to_unicode(label).value_or(std::u32string{});
    const bool mixes = mixes_scripts(text);
    warnings.mixes_scripts = warnings.mixes_scripts || mixes;
    if (has_ascii_top && looks_ascii(text)) warnings.looks_like_another = true;
  }
  return warnings;
}

}  // namespace curt::limits

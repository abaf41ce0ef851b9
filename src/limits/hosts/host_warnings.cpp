#include "curt/limits/hosts/host_warnings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <idn2.h>

#include "limits/hosts/script_table.hpp"

namespace curt::limits {
namespace {

constexpr char32_t kAscii = 0x80;

/// Writing systems of several scripts have no characters of their own, so that the table does not know them:
/// Japanese, Chinese with Bopomofo, Korean.
constexpr std::size_t kFirstSystem = 250;
constexpr std::size_t kSystems = 3;

/// The label as people see it; empty where it cannot be read.
std::u32string decoded(std::string_view label) {
  std::uint32_t* raw = nullptr;
  if (idn2_to_unicode_8z4z(std::string{label}.c_str(), &raw, 0) != IDN2_OK) return {};
  const std::unique_ptr<std::uint32_t, void (*)(void*)> owner{raw, idn2_free};
  std::u32string text;
  for (const std::uint32_t* at = raw; *at != 0; ++at) text.push_back(*at);
  return text;
}

bool is_encoded(std::string_view label) noexcept { return label.starts_with("xn--"); }

/// Scripts that one writing system uses count as one (UTS #39, section 5.1, "augmented script set").
Scripts augmented(Scripts scripts, const ScriptTable& table) {
  using System = std::array<std::string_view, 3>;
  constexpr std::array<System, kSystems> kScripts{
      System{"Hani", "Hira", "Kana"}, System{"Hani", "Bopo", "Bopo"}, System{"Hani", "Hang", "Hang"}};
  const Scripts before = scripts;
  for (std::size_t i = 0; i < kSystems; ++i) {
    for (const std::string_view script : kScripts[i]) {
      if ((before & table.script(script)).any()) scripts.set(kFirstSystem + i);
    }
  }
  return scripts;
}

/// Whether the label is neither of one script nor of Latin and what goes with it.
bool mixes_scripts(std::u32string_view label, const ScriptTable& table) {
  const Scripts latin = table.script("Latn");
  Scripts all = Scripts{}.set();
  Scripts others = Scripts{}.set();
  bool has_latin = false;
  for (const char32_t character : label) {
    const Scripts scripts = augmented(table.scripts_of(character), table);
    all &= scripts;
    const bool is_latin = (scripts & latin).any();
    has_latin = has_latin || (is_latin && !scripts.all());
    if (!is_latin) others &= scripts;
  }
  if (all.any()) return false;
  Scripts with_latin;
  for (std::size_t i = 0; i < kSystems; ++i) with_latin.set(kFirstSystem + i);
  return !(has_latin && (others & with_latin).any());
}

/// Whether a label in another script looks like one in ASCII.
bool looks_ascii(std::u32string_view label, const ScriptTable& table) {
  const Scripts latin = table.script("Latn");
  bool has_other = false;
  for (const char32_t character : label) {
    const Scripts scripts = table.scripts_of(character);
    if (!scripts.all() && (scripts & latin).any()) return false;
    if (character < kAscii) continue;  // a digit or a hyphen
    if (!table.ascii_look_of(character)) return false;
    has_other = true;
  }
  return has_other;
}

}  // namespace

HostWarnings warnings_of(std::string_view host) {
  HostWarnings warnings;
  if (host.find("xn--") == std::string_view::npos) return warnings;
  if (host.ends_with('.')) host.remove_suffix(1);
  const ScriptTable& table = ScriptTable::unicode();
  const bool has_ascii_top = !is_encoded(host.substr(host.rfind('.') + 1));
  for (std::string_view rest = host; !rest.empty();) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    if (!is_encoded(label)) continue;
    const std::u32string text = decoded(label);
    const bool mixes = mixes_scripts(text, table);
    warnings.mixes_scripts = warnings.mixes_scripts || mixes;
    if (has_ascii_top && looks_ascii(text, table)) warnings.looks_like_another = true;
  }
  return warnings;
}

}  // namespace curt::limits

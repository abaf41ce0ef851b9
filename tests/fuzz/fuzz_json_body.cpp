// Bodies of creates and edits: whatever comes is a link fit to store or an error that a client can be told.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "curt/api/links/link_json.hpp"
#include "curt/links/link_draft.hpp"

#include "fuzz/require.hpp"

namespace {

using curt::fuzz::require;

constexpr curt::Timestamp kNow{std::chrono::milliseconds{1'795'333'780'123}};

void check_error(const curt::Error& error) {
  require(!error.detail.empty() || !error.fields.empty(), "an error says something");
  require(!curt::name_of(error.code).empty(), "an error has a name");
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const curt::links::LinkRules rules{{"api", "docs", "health", "metrics", "shorten"},
                                            curt::TargetUrl::from_stored("https://curt.test/")};
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  if (const auto draft = curt::api::parse_link_draft(body); !draft) {
    check_error(draft.error());
  } else if (const auto request = curt::links::validate(*draft, rules, kNow); !request) {
    check_error(request.error());
  } else {
    require(is_printable(request->link.target.str()), "a printable target");
    require(request->link.tags.size() <= curt::links::kMaxTags, "tags within their limit");
    require(std::is_sorted(request->link.tags.begin(), request->link.tags.end()), "sorted tags");
  }
  if (const auto draft = curt::api::parse_edit_draft(body); !draft) {
    check_error(draft.error());
  } else if (const auto patch = curt::links::validate(*draft, rules, kNow); !patch) {
    check_error(patch.error());
  }
  return 0;
}

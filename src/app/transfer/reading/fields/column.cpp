#include "app/transfer/reading/fields/column.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <boost/algorithm/string/erase.hpp>

namespace curt::app {
namespace {

constexpr std::array<std::string_view, kColumns> kNames{
    "code",       "short_url",       "url",           "title",      "tags",     "domain",
    "created_at", "updated_at",      "not_before",    "expires_at", "clicks",   "humans",
    "bots",       "redirect_status", "forward_query", "enabled",    "disabled", "max_visits",
    "spent",      "version",         "owner",         "password"};

/// Every name in every product that we know, without case and signs, the best first.
struct Names {
  Column column;
  /// With blanks between. "|" begins names that are taken only where none before is there; "/" after a name
  /// says that its value is one only if it is a URL.
  std::string_view words;
};

constexpr auto kKnown = std::to_array<Names>({
    {Column::code,
     "code shortcode slashtag backhalf custombackhalf keyword slug customslug alias key address hash source"},
    {Column::short_url,
     "customlink|custombitlinks|shorturl shortlink bitlink linkurl shortenedurl linklink|link|id/"},
    {Column::url,
     "longurl longlink destinationurl destination target targeturl originalurl originallink fullurl "
     "redirecturl to|url"},
    {Column::title, "title|name label|description|notes note"},
    {Column::tags, "tags|tagnames labels"},
    {Column::domain, "domain|domainname domainfullname|hostname"},
    {Column::created_at, "createdat|datecreated created createdate creationdate dateadded timestamp|date"},
    {Column::updated_at, "updatedat|lastupdated modifiedat modified"},
    {Column::not_before, "notbefore|metavalidsince validsince startsat"},
    {Column::expires_at,
     "expiresat|metavaliduntil validuntil expirein expirytime expirationdate expires expiry"},
    {Column::humans, "humans|visitshumans visitssummarynonbots visitsnonbots"},
    {Column::bots, "bots|visitsbots visitssummarybots"},
    {Column::clicks,
     "clicks|visits visitscount visitssummarytotal visitstotal visitcount hits engagements"
     " totalengagements totalclicks clickcount"},
    {Column::max_visits, "maxvisits|metamaxvisits clicklimit maxclicks"},
    {Column::enabled, "enabled|active isactive|status"},
    {Column::disabled, "disabled|banned isbanned isdeleted"},
    {Column::forward_query, "forwardquery|forwardparameters"},
    {Column::redirect_status, "redirectstatus"},
    {Column::spent, "spent"},
    {Column::version, "version"},
    {Column::owner, "owner"},
    {Column::password, "password|haspassword passwordprotected"},
});

using Meanings = std::unordered_map<std::string_view, NameMeaning>;

void add_names(const Names& names, Meanings& meanings) {
  std::uint8_t rank = 0;
  for (std::string_view rest = names.words; !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of(" |"), rest.size());
    std::string_view name = rest.substr(0, end);
    const bool only_urls = name.ends_with('/');
    if (only_urls) name.remove_suffix(1);
    if (!name.empty()) meanings.emplace(name, NameMeaning{names.column, rank, only_urls});
    if (end < rest.size() && rest[end] == '|') ++rank;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

const Meanings& meanings() {
  static const Meanings all = [] {
    Meanings made;
    for (const Names& names : kKnown) add_names(names, made);
    return made;
  }();
  return all;
}

}  // namespace

std::string plain_name(std::string_view given) {
  std::string name{given};
  // Byte order marks stay where files were joined, and pages have blanks that do not break.
  for (const std::string_view unseen : {"\xef\xbb\xbf", "\xc2\xa0", "\xe2\x80\x8b"}) {
    boost::algorithm::erase_all(name, unseen);
  }
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      plain += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) {
      plain += c;
    }
  }
  return plain;
}

std::string_view name_of(Column column) noexcept { return kNames[index_of(column)]; }

std::optional<Column> column_from(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Column>(found - kNames.begin());
}

std::optional<NameMeaning> meaning_of(std::string_view name) {
  const auto found = meanings().find(plain_name(name));
  if (found == meanings().end()) return std::nullopt;
  return found->second;
}

}  // namespace curt::app

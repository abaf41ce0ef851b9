#include "app/transfer/reading/fields/fields.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/url/pct_string_view.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "curt/base/text.hpp"
#include "curt/domain/findings.hpp"

#include "app/transfer/reading/fields/values.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Each becomes a link; nobody has so many for one target.
constexpr std::size_t kMostShortUrls = 100;

/// The host of a short URL, with or without a scheme; empty where the text has none.
std::string_view host_of(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != kNone) {
    text.remove_prefix(scheme + 3);
  } else if (text.find('/') == kNone) {
    return {};
  }
  return text.substr(0, text.find('/'));
}

std::string_view without_port(std::string_view host) {
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

/// The host of a domain, which some write as a URL.
std::string_view host_of_domain(std::string_view text) {
  const std::string_view host = host_of(text);
  return without_port(host.empty() ? text : host);
}

bool is_of(std::string_view host, std::string_view domain) {
  return host.empty() || boost::algorithm::iequals(host_of_domain(host), host_of_domain(domain));
}

/// The text without percent-encoding; as it is where that is malformed.
std::string decoded(std::string_view text) {
  const auto encoded = boost::urls::make_pct_string_view(text);
  return encoded ? encoded->decode() : std::string{text};
}

/// Reads columns one after another, and gathers what cannot be read.
class Reading {
 public:
  Reading(const Fields& fields, DayOrder dates, Findings& findings)
      : fields_(fields), dates_(dates), findings_(findings) {}

  std::optional<Timestamp> time(Column column) {
    const std::string& text = fields_.text(column);
    if (text.empty()) return std::nullopt;
    auto read = parse_foreign_time(text, dates_);
    if (read) return *read;
    for (const FieldError& wrong : read.error().fields) add(column, wrong.message);
    return std::nullopt;
  }

  std::optional<std::int64_t> number(Column column) {
    const std::string& text = fields_.text(column);
    if (says_nothing(text)) return std::nullopt;
    const auto read = parse_whole_number(text);
    if (!read) add(column, "is not a whole number that is understood; 1234567 is");
    return read;
  }

  std::int64_t visits(Column column) {
    const std::int64_t read = number(column).value_or(0);
    if (read >= 0 && read <= kMostVisits) return read;
    add(column, fmt::format("must be from 0 to {}", kMostVisits));
    return 0;
  }

  std::optional<bool> truth(Column column) {
    const std::string& text = fields_.text(column);
    if (says_nothing(text)) return std::nullopt;
    const auto read = parse_truth(text);
    if (!read)
      add(column, fmt::format("is neither true nor false; --map {}=none leaves it out", name_of(column)));
    return read;
  }

  void add(Column column, std::string message) {
    findings_.add(std::string{name_of(column)}, std::move(message));
  }

 private:
  const Fields& fields_;
  DayOrder dates_;
  Findings& findings_;
};

void read_visits(const Fields& fields, Reading& reading, LinkLine& line) {
  const std::int64_t clicks = reading.visits(Column::clicks);
  line.bots = reading.visits(Column::bots);
  line.humans = says_nothing(fields.text(Column::humans)) ? std::max<std::int64_t>(clicks - line.bots, 0)
                                                          : reading.visits(Column::humans);
  const bool tells_spent = !fields.text(Column::spent).empty();
  if (line.draft.max_visits && !tells_spent) {
    // Elsewhere a limit of visits is one of all visits so far.
    line.spent = line.humans + line.bots;
  } else if (tells_spent && (line.draft.max_visits || !fields.text(Column::version).empty())) {
    // Where there is no limit, other software may mean anything by it.
    line.spent = reading.visits(Column::spent);
  }
}

void read_owner(const Fields& fields, Reading& reading, LinkLine& line) {
  const std::string& text = fields.text(Column::owner);
  if (text.empty()) return;
  line.owner = KeyId::parse(text);
  if (!line.owner) reading.add(Column::owner, "is not the id of a key, which has 12 letters and digits");
}

void read_password(const Fields& fields, Reading& reading) {
  const std::string& text = fields.text(Column::password);
  if (says_nothing(text) || parse_truth(text) == false) return;
  reading.add(Column::password,
              "protects the link, and curt cannot ask for one; empty it to import the link without it");
}

std::vector<std::string> tags_of(const Fields& fields) {
  if (!fields.tags().empty()) return fields.tags();
  const std::string& text = fields.text(Column::tags);
  return says_nothing(text) ? std::vector<std::string>{} : split_tags(text);
}

/// Everything but the code.
LinkLine read_line(const Fields& fields, const Taking& taking, Findings& findings) {
  Reading reading{fields, taking.dates, findings};
  LinkLine line;
  line.draft.made_elsewhere = true;
  line.draft.url = fields.text(Column::url);
  if (line.draft.url.empty()) reading.add(Column::url, "is missing");
  const std::string& title = fields.text(Column::title);
  if (taking.literal ? !title.empty() : !says_nothing(title)) line.draft.title = fit_title(title);
  line.draft.tags = tags_of(fields);
  line.draft.redirect_status = reading.number(Column::redirect_status);
  line.draft.forward_query = reading.truth(Column::forward_query).value_or(false);
  const bool disabled = reading.truth(Column::disabled).value_or(false);
  line.draft.enabled = reading.truth(Column::enabled).value_or(true) && !disabled;
  line.created_at = reading.time(Column::created_at);
  line.updated_at = reading.time(Column::updated_at);
  line.draft.not_before = reading.time(Column::not_before);
  line.draft.expires_at = reading.time(Column::expires_at);
  line.draft.max_visits = reading.number(Column::max_visits);
  line.version = reading.number(Column::version).value_or(1);
  if (line.version < 1) reading.add(Column::version, "must be at least 1");
  read_visits(fields, reading, line);
  read_owner(fields, reading, line);
  read_password(fields, reading);
  return line;
}

/// A code of a column of codes, decoded; what no code can have in it stays, so that it is seen.
result<std::string> plain_code(std::string_view text) {
  if (text.find("://") != kNone) return code_of_short_url(text);
  if (text.starts_with('/')) text.remove_prefix(1);
  if (text.ends_with('/')) text.remove_suffix(1);
  return decoded(text);
}

/// The codes that the link is to have: one for each of its short URLs, one that is empty where it has none.
/// Nothing where all are of other domains.
std::vector<std::string> codes_of(const Fields& fields, const Taking& taking, Findings& findings) {
  const std::string& domain = fields.text(Column::domain);
  const std::string& code = fields.text(Column::code);
  const auto fits = [&](std::string_view short_url) {
    if (taking.domain.empty()) return true;
    return is_of(says_nothing(domain) ? host_of(short_url) : std::string_view{domain}, taking.domain);
  };
  if (fields.short_urls().size() > kMostShortUrls) {
    findings.add("alias", fmt::format("has {} short URLs, and {} are the most", fields.short_urls().size(),
                                      kMostShortUrls));
    return {};
  }
  std::vector<std::string> codes;
  const auto add = [&](result<std::string> read) {
    auto taken = findings.take(std::move(read));
    if (taken && std::find(codes.begin(), codes.end(), *taken) == codes.end())
      codes.push_back(*std::move(taken));
  };
  if (taking.literal ? !code.empty() : !says_nothing(code)) {
    // A slash is not the end of a host here.
    const std::string_view whole = code.find("://") == kNone ? std::string_view{} : std::string_view{code};
    const std::string_view first = fields.short_urls().empty() ? whole : fields.short_urls().front();
    if (fits(first)) add(plain_code(code));
    return codes;
  }
  for (const std::string& url : fields.short_urls()) {
    if (fits(url)) add(code_of_short_url(url));
  }
  if (fields.short_urls().empty() && fits("")) codes.emplace_back();
  return codes;
}

}  // namespace

void Fields::offer(const NameMeaning& meaning, std::string text) {
  if (text.empty() || (meaning.only_urls && text.find('/') == kNone)) return;
  if (meaning.column == Column::short_url) return offer(meaning, std::vector{std::move(text)});
  const std::size_t place = index_of(meaning.column);
  if (!texts_[place].empty() && ranks_[place] <= meaning.rank) return;
  ranks_[place] = meaning.rank;
  texts_[place] = std::move(text);
}

void Fields::offer(const NameMeaning& meaning, std::vector<std::string> list) {
  if (meaning.column == Column::tags) {
    tags_ = std::move(list);
    return;
  }
  if (meaning.column != Column::short_url) return;
  // The best names first.
  const bool better = short_url_rank_ > meaning.rank;
  short_urls_.insert(better ? short_urls_.begin() : short_urls_.end(), list.begin(), list.end());
  short_url_rank_ = std::min(short_url_rank_, meaning.rank);
}

result<std::string> code_of_short_url(std::string_view text) {
  text = trim_white_space(text);
  const std::size_t scheme = text.find("://");
  if (scheme != kNone) text.remove_prefix(scheme + 3);
  const std::size_t slash = text.find('/');
  if (scheme == kNone && slash == kNone) return std::string{text};
  std::string_view path = slash == kNone ? std::string_view{} : text.substr(slash + 1);
  path = path.substr(0, path.find_first_of("?#"));
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return invalid_field("alias", "is not in the short URL, which has no path");
  if (path.find('/') != kNone) {
    return invalid_field("alias", fmt::format("\"{}\" has a slash, which no link of curt can have", path));
  }
  return decoded(path);
}

result<std::vector<LinkLine>> links_of(const Fields& fields, const Taking& taking) {
  Findings findings;
  const std::vector<std::string> codes = codes_of(fields, taking, findings);
  if (codes.empty() && !findings.any()) return std::vector<LinkLine>{};
  LinkLine line = read_line(fields, taking, findings);
  if (findings.any()) return findings.to_error();
  std::vector<LinkLine> lines;
  for (const std::string& code : codes) {
    lines.push_back(line);
    if (!code.empty()) lines.back().draft.alias = code;
    // The figures are those of all its short URLs together.
    line.humans = line.bots = 0;
  }
  return lines;
}

}  // namespace curt::app

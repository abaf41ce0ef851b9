#include "links/disable_links.hpp"

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "curt/base/backoff.hpp"
#include "curt/base/suspend_until.hpp"
#include "curt/links/link_service.hpp"

#include "links/audit.hpp"

namespace curt::links {
namespace {

/// The filter with the owner whose links alone the author sees; nothing where it means none of these.
std::optional<LinkFilter> seen_by(const Author& author, LinkFilter filter) {
  if (!author.only) return filter;
  if (filter.owner && filter.owner->key != author.only) return std::nullopt;
  filter.owner = OwnedBy{author.only};
  return filter;
}

/// Suspends the coroutine for this time.
awaitable<void> pause(Backoff::Duration time) {
  const auto leave_to_deadline = [](const TimedCompletion<bool>&) {};
  const Deadline end = Deadline::in(time);
  co_await suspend_until<bool>(end, leave_to_deadline);
}

/// Makes a call of the store, and once more after a pause where that was overloaded, as long as there is
/// time: under load the store turns away pages of lists first, and there are many of them.
template <class T, class Ask>
awaitable<result<T>> until_there_is_room(Call& call, Ask ask) {
  Backoff backoff{std::chrono::milliseconds{50}, std::chrono::seconds{2}};
  for (;;) {
    awaitable<result<T>> asked = ask();
    result<T> answer = co_await std::move(asked);
    if (answer || answer.error().code != ErrorCode::overloaded) co_return answer;
    const Backoff::Duration time = backoff.failed();
    if (time >= call.deadline.remaining()) co_return answer;
    co_await pause(time);
  }
}

std::string links_are(std::uint64_t count) {
  return fmt::format("{} link{}", count, count == 1 ? " is" : "s are");
}

/// An error after which not all links are disabled that were to be.
Error after_some(Error error, std::uint64_t disabled) {
  if (!error.detail.empty()) error.detail += error.detail.ends_with('.') ? " " : ". ";
  error.detail += fmt::format("By then {} disabled; ask for the number again.", links_are(disabled));
  return error;
}

}  // namespace

awaitable<result<std::vector<LinkVersion>>> EnabledLinks::next(Call& call) {
  if (filter_.codes) {
    result<std::vector<LinkVersion>> found = co_await next_of_codes(call);
    co_return found;
  }
  const bool is_of_key_alone =
      filter_.owner && filter_.owner->key && !filter_.host && filter_.search.empty() && filter_.tag.empty();
  ListQuery query;
  // An index has the links of a key.
  if (!is_of_key_alone) query.most_codes = kMostCodes;
  query.limit = kPage;
  query.sort = SortKey::code;
  query.order = SortOrder::ascending;
  query.after = after_;
  // A target has its host as a part.
  query.search = filter_.search.empty() ? Search::of(filter_.host.value_or("")) : filter_.search;
  query.tag = filter_.tag;
  query.owner = filter_.owner;
  auto list = [this, &call, &query] {
    ListQuery copy = query;
    return store_.list(call, std::move(copy));
  };
  const result<LinkPage> listed = co_await until_there_is_room<LinkPage>(call, list);
  if (!listed) co_return listed.error();
  after_ = listed->next;
  is_done_ = !after_;
  std::vector<LinkVersion> page;
  for (const Link& link : listed->links) take(link, page);
  co_return page;
}

awaitable<result<std::vector<LinkVersion>>> EnabledLinks::next_of_codes(Call& call) {
  is_done_ = true;
  std::vector<LinkVersion> page;
  const std::set<ShortCode> codes{filter_.codes->begin(), filter_.codes->end()};
  for (const ShortCode& code : codes) {
    auto find = [this, &call, code] { return store_.find(call, code); };
    const result<Link> link = co_await until_there_is_room<Link>(call, find);
    if (link) {
      take(*link, page);
    } else if (link.error().code != ErrorCode::not_found) {
      co_return link.error();
    }
  }
  co_return page;
}

void EnabledLinks::take(const Link& link, std::vector<LinkVersion>& page) const {
  if (link.deleted_at || !link.settings.enabled || !matches(filter_, link)) return;
  page.push_back({link.code, link.version});
}

awaitable<result<std::uint64_t>> LinkService::count_enabled(Call& call, const Author& author,
                                                            LinkFilter filter) {
  std::uint64_t count = 0;
  auto seen = seen_by(author, std::move(filter));
  if (!seen) co_return count;
  EnabledLinks links{store_, *std::move(seen)};
  while (links.has_more()) {
    const auto page = co_await links.next(call);
    if (!page) co_return page.error();
    count += page->size();
  }
  co_return count;
}

awaitable<result<std::uint64_t>> LinkService::disable(Call& call, const Author& author, LinkFilter filter,
                                                      std::uint64_t confirmed) {
  LinkFilter copy = filter;
  const result<std::uint64_t> count = co_await count_enabled(call, author, std::move(copy));
  if (!count) co_return count.error();
  if (*count != confirmed) {
    Error changed = invalid_field("confirm", fmt::format("is {}, and the filter means {} link{} now",
                                                         confirmed, *count, *count == 1 ? "" : "s"));
    changed.code = ErrorCode::count_changed;
    co_return changed;
  }
  std::uint64_t disabled = 0;
  std::uint64_t left = confirmed;  // nobody has confirmed links that were made since they were counted
  auto seen = seen_by(author, std::move(filter));
  if (!seen) co_return disabled;
  EnabledLinks links{store_, *std::move(seen)};
  while (left > 0 && links.has_more()) {
    auto page = co_await links.next(call);
    if (!page) co_return after_some(page.error(), disabled);
    if (page->size() > left) page->erase(page->begin() + static_cast<std::ptrdiff_t>(left), page->end());
    if (page->empty()) continue;
    left -= page->size();
    const result<std::uint64_t> done = co_await disable_page(call, author, *std::move(page));
    if (!done) co_return after_some(done.error(), disabled);
    disabled += *done;
  }
  co_return disabled;
}

awaitable<result<std::uint64_t>> LinkService::disable_page(Call& call, const Author& author,
                                                           std::vector<LinkVersion> page) {
  auto disable = [this, &call, &page] {
    std::vector<LinkVersion> copy = page;
    return store_.disable(call, std::move(copy), clock_.now());
  };
  const auto disabled = co_await until_there_is_room<std::vector<Link>>(call, disable);
  if (!disabled) {
    if (disabled.error().code == ErrorCode::outcome_unknown) {
      for (const LinkVersion& link : page) {
        audit_unknown("disable", link.code, author);
        announcer_.unknown(link.code);
      }
    }
    co_return disabled.error();
  }
  for (const Link& link : *disabled) audit("disable", link.code, {link.version - 1, link.version}, author);
  for (const Link& link : *disabled) {
    Link changed = link;
    co_await announcer_.changed(std::move(changed));
  }
  co_return std::uint64_t{disabled->size()};
}

}  // namespace curt::links

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "curt/app/commands/commands.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/logging.hpp"
#include "curt/base/metrics.hpp"

#include "app/commands/complain.hpp"
#include "app/commands/find_key.hpp"
#include "app/folders/folder_trust.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/run_to_end.hpp"

namespace curt::app {
namespace {

constexpr std::chrono::minutes kPatience{1};
constexpr std::size_t kPage = 500;

int fail(const Error& error) {
  complain("links", error.log.empty() ? error.detail : fmt::format("{} ({})", error.detail, error.log));
  return error.code == ErrorCode::invalid_value ? kWrongUsage : 1;
}

/// Links of the owner that may fulfil the conditions, by code.
links::ListQuery query_of(const GiveLinksCommand& command, const Search& search) {
  links::ListQuery query;
  query.limit = kPage;
  query.sort = links::SortKey::code;
  query.order = links::SortOrder::ascending;
  query.search = search;
  if (!command.where.tags.empty()) query.tag = command.where.tags.front();
  query.owner = links::OwnedBy{command.from};
  return query;
}

bool has_tags(const Link& link, const std::vector<std::string>& tags) {
  return std::ranges::all_of(
      tags, [&link](const std::string& tag) { return std::ranges::find(link.tags, tag) != link.tags.end(); });
}

void audit(std::string_view outcome, std::size_t count, const GiveLinksCommand& command,
           std::string_view by) {
  log::info("audit", {{"action", "give_links"},
                      {"outcome", outcome},
                      {"links", std::uint64_t{count}},
                      {"from", command.from ? command.from->view() : "nobody"},
                      {"to", command.to.view()},
                      {"by", by}});
}

/// Gives some links; `given` has how many, also after an error.
class Giving {
 public:
  Giving(links::LinkStore& store, const GiveLinksCommand& command, std::string_view base_url, std::string by)
      : store_(store),
        command_(command),
        search_(Search::of(command.where.text, base_url)),
        by_(std::move(by)) {}

  awaitable<result<void>> run() {
    if (command_.where.code) return give_one();
    return give_all();
  }

  [[nodiscard]] std::size_t given() const noexcept { return given_; }

 private:
  /// The one link that the code names.
  awaitable<result<void>> give_one() {
    Call call{Deadline::in(kPatience)};
    const result<Link> link = co_await store_.find(call, *command_.where.code);
    if (!link && link.error().code == ErrorCode::not_found) co_return result<void>{};
    if (!link) co_return link.error();
    const bool fits = !link->deleted_at && link->owner == command_.from && search_.finds(*link) &&
                      has_tags(*link, command_.where.tags);
    if (!fits) co_return result<void>{};
    std::vector<ShortCode> codes{link->code};
    result<void> done = co_await give(std::move(codes));
    co_return done;
  }

  /// A page at a time.
  awaitable<result<void>> give_all() {
    links::ListQuery query = query_of(command_, search_);
    do {
      Call call{Deadline::in(kPatience)};
      links::ListQuery copy = query;
      const result<links::LinkPage> page = co_await store_.list(call, std::move(copy));
      if (!page) co_return page.error();
      query.after = page->next;
      std::vector<ShortCode> codes;
      for (const Link& link : page->links) {
        if (has_tags(link, command_.where.tags)) codes.push_back(link.code);
      }
      const result<void> done = co_await give(std::move(codes));
      if (!done) co_return done;
    } while (query.after);
    co_return result<void>{};
  }

  awaitable<result<void>> give(std::vector<ShortCode> codes) {
    const std::size_t wanted = codes.size();
    if (codes.empty() || command_.dry_run) {
      given_ += wanted;
      co_return result<void>{};
    }
    Call call{Deadline::in(kPatience)};
    const result<std::vector<ShortCode>> done =
        co_await store_.give(call, std::move(codes), command_.from, command_.to);
    if (!done) {
      if (done.error().code == ErrorCode::outcome_unknown) audit("unknown", wanted, command_, by_);
      co_return done.error();
    }
    given_ += done->size();
    if (!done->empty()) audit("done", done->size(), command_, by_);
    co_return result<void>{};
  }

  links::LinkStore& store_;
  const GiveLinksCommand& command_;
  const Search search_;
  const std::string by_;
  std::size_t given_ = 0;
};

}  // namespace

int give_links(const Settings& settings, const GiveLinksCommand& command) {
  log::configure(settings.log_format, settings.log_level, log::Stream::err);
  for (const std::string& warning : settings.warnings) log::warn(warning);
  net::io_context context{1};
  Metrics metrics;
  const SystemClock clock;
  const auto database = open_existing_database(settings, clock, metrics);
  if (!database) return fail(database.error());
  const auto owner = run_to_end(context, find_usable_key(database->store->keys(), command.to, clock.now()));
  if (!owner) return fail(owner.error());
  Giving giving{*database->store, command, settings.base_url, "user:" + login_of(::getuid())};
  const auto done = run_to_end(context, giving.run());
  const std::size_t given = giving.given();
  fmt::print("{} link{} {} {}\n", given, given == 1 ? "" : "s", command.dry_run ? "would go to" : "given to",
             command.to.view());
  std::fflush(stdout);
  return done ? 0 : fail(done.error());
}

}  // namespace curt::app

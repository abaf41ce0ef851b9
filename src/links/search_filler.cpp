#include "curt/links/search_filler.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::links {
namespace {

/// So many links are worth a line in the log: an import, or a schema that was brought forward.
constexpr std::size_t kMany = 10'000;

}  // namespace

void SearchFiller::start(const Executor& executor) {
  Loop::Steps steps;
  steps.round = [this] { return fill(); };
  steps.failed = [](const std::exception& failure) {
    log::error("the index of the search is not filled", {{"error", failure.what()}});
  };
  steps.pause = [this](bool more) { return std::optional{pause(more)}; };
  loop_.emplace(executor);
  loop_->start(std::move(steps));
}

void SearchFiller::stop() {
  if (loop_) loop_->stop();
}

std::chrono::milliseconds SearchFiller::pause(bool more) const {
  constexpr std::chrono::milliseconds kLeast{10};
  return more ? std::min(std::max(took_, kLeast), options_.every) : options_.every;
}

/// Logs one line per outage; the store itself logs the details.
void SearchFiller::note_failure(const Error& error) {
  if (error.code == ErrorCode::overloaded || std::exchange(failed_, true)) return;
  log::warn("the index of the search is not filled", {{"error", log_text(error)}});
}

awaitable<bool> SearchFiller::fill() {
  using std::chrono::steady_clock;
  Call call{Deadline::in(options_.deadline)};
  const auto begun = steady_clock::now();
  const result<SearchFilled> step = co_await index_.fill(call);
  took_ = std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - begun);
  if (!step) {
    note_failure(step.error());
    co_return false;
  }
  failed_ = false;
  filled_ += step->links;
  if (!step->is_whole) co_return true;
  const std::size_t filled = std::exchange(filled_, 0);
  if (filled >= kMany) log::info("the index of the search is filled", {{"links", std::uint64_t{filled}}});
  co_return false;
}

}  // namespace curt::links

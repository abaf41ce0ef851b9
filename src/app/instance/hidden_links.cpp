#include "app/instance/hidden_links.hpp"

#include <exception>
#include <string>
#include <utility>

#include "curt/api/routes.hpp"
#include "curt/base/logging.hpp"

namespace curt::app {
namespace {

constexpr std::chrono::seconds kPatience{5};

}  // namespace

void HiddenLinks::start(const Executor& executor) {
  Loop::Steps steps;
  steps.round = [this] { return list(); };
  steps.failed = [](const std::exception& failure) {  // no memory
    log::warn("hidden links cannot be listed", {{"error", failure.what()}});
  };
  steps.pause = [this](bool done) { return done ? std::nullopt : std::optional{pause_}; };
  loop_.emplace(executor);
  loop_->start(std::move(steps));
}

void HiddenLinks::stop() {
  if (loop_) loop_->stop();
}

awaitable<bool> HiddenLinks::list() {
  std::string hidden;
  for (const ShortCode& code : api::hidden_codes()) {
    Call call{Deadline::in(kPatience)};
    const result<Link> link = co_await store_.find(call, code);
    if (!link && link.error().code != ErrorCode::not_found) co_return false;
    if (link && !link->deleted_at) hidden.append(hidden.empty() ? "" : " ").append(code.view());
  }
  if (hidden.empty()) co_return true;
  log::warn("links do not redirect, as the service itself has their paths", {{"codes", hidden}});
  co_return true;
}

}  // namespace curt::app

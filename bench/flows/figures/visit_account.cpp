#include "flows/figures/visit_account.hpp"

#include <thread>
#include <utility>

namespace flows {

namespace {

constexpr std::chrono::milliseconds kBetween{250};

}  // namespace

VisitAccountant::VisitAccountant(Loop& loop, Run& run, std::string of, std::string path,
                                 std::function<bool()> gives_up)
    : asker_{loop, run.options.base.endpoint}, gives_up_{std::move(gives_up)}, settle_{run.options.settle} {
  account_.of = std::move(of);
  run.texts.page(request_, path, Persistence::kept, run.random);
}

std::optional<VisitFigures> VisitAccountant::read() {
  const auto answer = asker_.ask(request_);
  std::optional<VisitFigures> figures;
  if (!answer) {
    account_.unread = kFaultNames[asker_.fault()];
  } else if (answer->status == 200) {
    figures = figures_in(answer->body);
    account_.unread = figures ? "" : "wrong statistics";
  } else {
    account_.unread = describe(*answer);
  }
  return figures;
}

void VisitAccountant::begin() {
  const auto latest = Clock::now() + std::chrono::seconds{15};
  std::optional<VisitFigures> last;
  while (true) {
    const auto figures = read();
    if (!figures) return;
    before_ = figures->total;
    const bool is_calm = last && last->total == figures->total && figures->in_flight == 0;
    if (is_calm || Clock::now() > latest || gives_up_()) return;
    last = figures;
    std::this_thread::sleep_for(kBetween);
  }
}

VisitAccount VisitAccountant::end(const Link& sums) {
  account_.answered = sums.answered;
  account_.unsure = sums.unsure;
  if (!account_.unread.empty()) return account_;
  const auto begun = Clock::now();
  auto until = begun + settle_;
  bool complete = false;
  while (true) {
    if (const auto figures = read()) {
      account_.counted = figures->total - before_;
      account_.service = *figures;
      if (!complete && account_.counted >= account_.answered) {
        complete = true;
        account_.waited = Seconds{Clock::now() - begun}.count();
        until = Clock::now() + std::chrono::seconds{2};
      }
    }
    if (Clock::now() > until || gives_up_()) break;
    std::this_thread::sleep_for(kBetween);
  }
  if (!complete) account_.waited = Seconds{Clock::now() - begun}.count();
  return account_;
}

}  // namespace flows

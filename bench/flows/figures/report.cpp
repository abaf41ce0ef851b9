#include "flows/figures/report.hpp"

#include <iterator>

#include <fmt/format.h>

namespace flows {

namespace {

using Out = std::back_insert_iterator<std::string>;

double in_ms(Clock::duration time) { return std::chrono::duration<double, std::milli>{time}.count(); }

void append_step(std::string& text, std::string_view name, const StepTally& step) {
  const Latencies& times = step.latencies;
  fmt::format_to(Out{text}, "{:<12}{:>10}{:>9}{:>9}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.1f}{:>9.1f}{:>9.1f}\n", name,
                 step.good + step.failed, step.failed, step.retried, times.percentile_ms(0.5),
                 times.percentile_ms(0.95), times.percentile_ms(0.99), times.max_ms(),
                 static_cast<double>(step.received) / 1e6, static_cast<double>(step.sent) / 1e6);
}

void append_faults(std::string& text, const Tally& tally) {
  bool any = false;
  for (std::size_t i = 0; i < kSteps; ++i) {
    const auto step = static_cast<Step>(i);
    for (const auto& [name, count] : tally.of(step).faults) {
      fmt::format_to(Out{text}, "{}{} {} {}", any ? ", " : "failed: ", kStepNames[step], name, count);
      any = true;
    }
  }
  text += any ? "\n" : "no request failed\n";
}

void append_visits(std::string& text, const VisitAccount& account) {
  fmt::format_to(Out{text}, "visits of {}: ", account.of);
  if (!account.unread.empty()) {
    fmt::format_to(Out{text}, "not compared ({})\n", account.unread);
    return;
  }
  fmt::format_to(Out{text}, "{} redirects answered, {} counted after {:.1f} s", account.answered,
                 account.counted, account.waited);
  if (account.unsure != 0)
    fmt::format_to(Out{text}, "; {} more without a right answer may count", account.unsure);
  fmt::format_to(Out{text}, ": {} missing, {} too many\n", account.missing(), account.surplus());
  const VisitFigures& service = account.service;
  if (service.in_flight + service.dropped + service.unaccounted != 0) {
    fmt::format_to(Out{text}, "  the service says: {} in flight, {} dropped, {} runs unaccounted\n",
                   service.in_flight, service.dropped, service.unaccounted);
  }
}

void append_cpu(std::string& text, const Report& report) {
  const double requests = static_cast<double>(std::max<std::uint64_t>(report.requests(), 1));
  fmt::format_to(Out{text}, "CPU a request: this program {:.1f} µs", report.own_cpu / requests * 1e6);
  for (const ProcessCpu& process : report.cpu) {
    fmt::format_to(Out{text}, ", {} ({}) ", process.name, process.process);
    if (process.seconds) {
      fmt::format_to(Out{text}, "{:.1f} µs", *process.seconds / requests * 1e6);
    } else {
      text += "gone";
    }
  }
  text += '\n';
}

}  // namespace

std::uint64_t Report::requests() const {
  const StepTally all = tally.all();
  return all.good + all.failed;
}

bool Report::is_clean() const {
  for (const VisitAccount& account : visits) {
    if (account.unread.empty() && !account.is_right()) return false;
  }
  return tally.all().failed == 0;
}

std::string describe(const SecondTally& second, std::size_t number) {
  std::string line =
      fmt::format("{:>5} s {:>8} good, worst {:>8.1f} ms", number, second.good, in_ms(second.worst));
  if (second.retried != 0) fmt::format_to(Out{line}, ", retried {}", second.retried);
  for (const auto& [name, count] : second.faults) fmt::format_to(Out{line}, ", {} {}", name, count);
  return line;
}

std::string to_text(const Report& report) {
  const Options& options = report.options;
  const Tally& tally = report.tally;
  const StepTally all = tally.all();
  const double seconds = Seconds{tally.elapsed()}.count();
  std::string text = fmt::format(
      "\nflows {}: {}, {} connections, {:.0f} % of the requests on new ones, "
      "{}\n\n{:<12}{:>10}{:>9}{:>9}{:>9}{:>9}{:>9}"
      "{:>9}{:>9}{:>9}\n",
      name_of(options.mode), options.url, options.connections, options.new_connections * 100,
      options.rate > 0 ? fmt::format("{:.0f} a second", options.rate) : "as fast as answers come", "step",
      "requests", "failed", "retried", "p50 ms", "p95 ms", "p99 ms", "max ms", "MB in", "MB out");
  for (std::size_t i = 0; i < kSteps; ++i) {
    const auto step = static_cast<Step>(i);
    if (tally.of(step).good + tally.of(step).failed != 0) append_step(text, kStepNames[step], tally.of(step));
  }
  append_step(text, "all", all);
  fmt::format_to(Out{text},
                 "\n{:.0f} good answers a second for {:.1f} s; longest time without one {:.0f} ms\n",
                 static_cast<double>(all.good) / seconds, seconds, in_ms(tally.longest_silence()));
  append_faults(text, tally);
  if (all.retried != 0) {
    fmt::format_to(Out{text}, "retried once, as the server had closed a kept connection: {}\n", all.retried);
  }
  for (const VisitAccount& account : report.visits) append_visits(text, account);
  if (report.caches) {
    const CacheLookups& caches = *report.caches;
    fmt::format_to(Out{text}, "hit rate: {:.3f} % in the process", caches.local_rate() * 100);
    if (caches.redis_hits != 0) fmt::format_to(Out{text}, ", {:.3f} % with Redis", caches.rate() * 100);
    fmt::format_to(Out{text}, ", of {} lookups", caches.local_hits + caches.local_misses);
    if (report.caches_unread != 0) fmt::format_to(Out{text}, "; {} pages not read", report.caches_unread);
    text += '\n';
  }
  append_cpu(text, report);
  return text;
}

}  // namespace flows

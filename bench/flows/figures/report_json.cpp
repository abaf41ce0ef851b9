#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "flows/figures/report.hpp"

namespace flows {

namespace {

using Json = nlohmann::ordered_json;

Json faults_json(const Faults& faults) {
  Json json = Json::object();
  for (const auto& [name, count] : faults) json[name] = count;
  return json;
}

Json step_json(const StepTally& step) {
  const Latencies& times = step.latencies;
  return {{"requests", step.good + step.failed},
          {"failed", step.failed},
          {"retried", step.retried},
          {"p50_ms", times.percentile_ms(0.5)},
          {"p95_ms", times.percentile_ms(0.95)},
          {"p99_ms", times.percentile_ms(0.99)},
          {"max_ms", times.max_ms()},
          {"bytes_in", step.received},
          {"bytes_out", step.sent},
          {"faults", faults_json(step.faults)}};
}

Json visits_json(const VisitAccount& account) {
  if (!account.unread.empty()) return {{"of", account.of}, {"not_compared", account.unread}};
  return {{"of", account.of},
          {"answered", account.answered},
          {"unsure", account.unsure},
          {"counted", account.counted},
          {"missing", account.missing()},
          {"surplus", account.surplus()},
          {"waited_seconds", account.waited},
          {"in_flight", account.service.in_flight},
          {"dropped", account.service.dropped},
          {"unaccounted", account.service.unaccounted}};
}

Json timeline_json(const std::vector<SecondTally>& timeline) {
  Json json = Json::array();
  for (const SecondTally& second : timeline) {
    const Json one{{"good", second.good},
                   {"retried", second.retried},
                   {"worst_ms", static_cast<double>(second.worst.count()) / 1000},
                   {"faults", faults_json(second.faults)}};
    json.push_back(one);
  }
  return json;
}

}  // namespace

std::string to_json(const Report& report) {
  const StepTally all = report.tally.all();
  const double seconds = Seconds{report.tally.elapsed()}.count();
  const double requests = static_cast<double>(std::max<std::uint64_t>(report.requests(), 1));
  Json json{{"mode", name_of(report.options.mode)},
            {"url", report.options.url},
            {"connections", report.options.connections},
            {"new_connections", report.options.new_connections},
            {"rate", report.options.rate},
            {"seconds", seconds},
            {"throughput", static_cast<double>(all.good) / seconds},
            {"longest_silence_ms", Seconds{report.tally.longest_silence()}.count() * 1000},
            {"clean", report.is_clean()}};
  for (std::size_t i = 0; i < kSteps; ++i) {
    const auto step = static_cast<Step>(i);
    json["steps"][std::string{kStepNames[step]}] = step_json(report.tally.of(step));
  }
  json["all"] = step_json(all);
  json["visits"] = Json::array();
  for (const VisitAccount& account : report.visits) json["visits"].push_back(visits_json(account));
  if (report.caches) {
    json["caches"] = {
        {"local_hits", report.caches->local_hits},       {"local_misses", report.caches->local_misses},
        {"redis_hits", report.caches->redis_hits},       {"redis_misses", report.caches->redis_misses},
        {"local_hit_rate", report.caches->local_rate()}, {"hit_rate", report.caches->rate()},
        {"pages_not_read", report.caches_unread}};
  }
  json["cpu_us_a_request"]["flows"] = report.own_cpu / requests * 1e6;
  for (const ProcessCpu& process : report.cpu) {
    const std::string name = fmt::format("{} ({})", process.name, process.process);
    json["cpu_us_a_request"][name] = process.seconds ? Json(*process.seconds / requests * 1e6) : Json();
  }
  json["timeline"] = timeline_json(report.tally.timeline());
  return json.dump(1) + '\n';
}

}  // namespace flows

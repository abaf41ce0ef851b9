#include "support/servers/curt_process.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

std::vector<std::string> serve_arguments(const std::string& binary, const std::vector<std::string>& more) {
  std::vector<std::string> all{binary, "serve", "--listen", "127.0.0.1:0"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

ChildOptions child_options(const std::filesystem::path& folder, const CurtProcess::Environment& environment) {
  CurtProcess::Environment usual = patient_settings();
  usual.emplace_back("CURT_DATABASE_URL", "sqlite:" + (folder / "curt.db").string());
  usual.emplace_back("CURT_RING_DIR", "none");  // or those of a killed one would stay in memory
  ChildOptions options;
  options.environment = with_defaults(environment, usual);
  options.folder = folder;
  return options;
}

}  // namespace

const CurtProcess::Environment& patient_settings() {
  static const CurtProcess::Environment settings{
      {"CURT_HEAD_TIMEOUT", "1h"},     {"CURT_BODY_TIMEOUT", "1h"},       {"CURT_IDLE_TIMEOUT", "1h"},
      {"CURT_WRITE_TIMEOUT", "1h"},    {"CURT_SHUTDOWN_TIMEOUT", "1h"},   {"CURT_REDIRECT_DEADLINE", "1m"},
      {"CURT_API_DEADLINE", "5m"},     {"CURT_DB_CONNECT_TIMEOUT", "1m"}, {"CURT_DB_STATEMENT_TIMEOUT", "5m"},
      {"CURT_DB_QUEUE_TIMEOUT", "1m"}, {"CURT_REDIS_TIMEOUT", "10s"}};
  return settings;
}

CurtProcess::Environment with_defaults(CurtProcess::Environment settings,
                                       const CurtProcess::Environment& defaults) {
  for (const auto& fallback : defaults) {
    const auto same = [&](const auto& setting) { return setting.first == fallback.first; };
    if (std::none_of(settings.begin(), settings.end(), same)) settings.push_back(fallback);
  }
  return settings;
}

CurtProcess::CurtProcess(const std::string& binary, const std::filesystem::path& folder,
                         const Environment& environment, const std::vector<std::string>& arguments)
    : CurtProcess(serve_arguments(binary, arguments), folder, environment) {}

CurtProcess::CurtProcess(const std::vector<std::string>& command, const std::filesystem::path& folder,
                         const Environment& environment)
    : process_(command, child_options(folder, environment)) {
  await_listening();
}

CurtProcess CurtProcess::worker(const std::string& binary, const std::filesystem::path& folder,
                                const Environment& environment) {
  const std::vector<std::string> command{binary, "worker", "--worker-listen", "127.0.0.1:0"};
  return CurtProcess{command, folder, environment};
}

void CurtProcess::await_listening() {
  while (const std::optional<std::string> line = process_.read_line()) {
    const auto event = nlohmann::json::parse(*line, nullptr, false);
    if (event.is_discarded() || event.value("message", "") != "listening") continue;
    const std::string address = event.value("address", "");
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    return;
  }
  throw std::runtime_error{"curt does not listen: " + process_.standard_output() + process_.standard_error()};
}

int CurtProcess::stop() {
  process_.send_signal(SIGTERM);
  return process_.wait();
}

double CurtProcess::metric(const std::string& series) const {
  const auto response =
      exchange(port_, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!response || response->status != 200) return kNone;
  const std::size_t at = response->body.find('\n' + series + ' ');
  return at == std::string::npos ? kNone
                                 : std::strtod(response->body.c_str() + at + series.size() + 2, nullptr);
}

}  // namespace curt::test

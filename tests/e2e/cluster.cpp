#include "e2e/cluster.hpp"

#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"

namespace curt::test {

Cluster::Cluster() : database_url_(postgres.fresh_schema()) {}

Cluster::~Cluster() {
  if (!testing::Test::HasFailure()) return;
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    fmt::print("----- log of instance {}\n{}", i, instances_[i]->process().standard_output());
  }
  fmt::print("----- log of postgres\n{}-----\n", postgres.log());
}

CurtProcess::Environment Cluster::environment() const {
  return with_defaults(
      {{"CURT_DATABASE_URL", database_url_}, {"CURT_REDIS_URL", redis.url()}, {"CURT_ACCESS_LOG", "off"}},
      patient_settings());
}

CurtProcess& Cluster::start(const CurtProcess::Environment& more) {
  return *instances_.emplace_back(
      std::make_unique<CurtProcess>(curt_binary(), folder.path(), with_defaults(more, environment())));
}

Finished Cluster::run_curt(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), curt_binary());
  return run(std::move(arguments), {environment(), folder.path(), "/dev/null"});
}

std::string Cluster::ask_database(const std::string& sql) const {
  return postgres.ask(sql, database_url_.substr(database_url_.rfind('/') + 1));
}

void Cluster::kill() {
  for (const auto& instance : instances_) instance->process().send_signal(SIGKILL);
  for (const auto& instance : instances_) instance->process().wait();
  instances_.clear();
}

bool Cluster::stop() {
  bool well = true;
  for (const auto& instance : instances_) well = instance->stop() == 0 && well;
  instances_.clear();
  return well;
}

std::optional<RawResponse> ask(RawClient& client, std::string_view method, std::string_view path,
                               const nlohmann::json& body) {
  const std::string text = body.is_null() ? "" : body.dump();
  const std::string_view type = body.is_null() ? "" : "Content-Type: application/json\r\n";
  client.send(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}Content-Length: {}\r\n\r\n{}", method, path,
                          type, text.size(), text));
  return client.read_response(method == "HEAD" ? Body::none : Body::follows);
}

}  // namespace curt::test

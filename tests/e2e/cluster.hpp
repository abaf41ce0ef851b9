#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/http/raw_client.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/servers/redis_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// What an instance remembers is not asked for again by itself, in the time of a test.
inline const CurtProcess::Environment kLongMemory{{"CURT_CACHE_TTL", "24h"}, {"CURT_NEGATIVE_TTL", "1h"}};

/// Instances of curt on one Postgres and one Redis, as users run them.
class Cluster {
 public:
  /// A Postgres with the schema and a Redis; no instance yet.
  Cluster();
  /// Prints what the instances and Postgres logged where the test has failed.
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// Starts one more; `more` settings win.
  CurtProcess& start(const CurtProcess::Environment& more = {});

  /// The settings of its instances, with patient_settings().
  [[nodiscard]] CurtProcess::Environment environment() const;

  /// Runs a command of curt with these settings.
  [[nodiscard]] Finished run_curt(std::vector<std::string> arguments) const;

  /// The connection string of the database of its instances.
  [[nodiscard]] const std::string& database_url() const noexcept { return database_url_; }

  [[nodiscard]] CurtProcess& operator[](std::size_t index) { return *instances_.at(index); }

  /// Runs SQL in the database of its instances; the first column of the first row.
  std::string ask_database(const std::string& sql) const;

  /// Ends all instances; whether each ended well.
  [[nodiscard]] bool stop();

  /// Ends all instances as a crash of the machine would.
  void kill();

  PostgresServer postgres;
  RedisServer redis;
  TempFolder folder;

 private:
  std::string database_url_;
  std::vector<std::unique_ptr<CurtProcess>> instances_;
};

/// One request over the connection, with a JSON body where there is one; the answer, or nothing if it broke.
std::optional<RawResponse> ask(RawClient& client, std::string_view method, std::string_view path,
                               const nlohmann::json& body = nullptr);

}  // namespace curt::test

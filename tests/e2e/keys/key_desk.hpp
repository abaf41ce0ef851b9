#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "support/http/raw_client.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// The status of a request that comes with a key, or with none where it is empty; 0 where there was no
/// answer.
unsigned status_of(std::uint16_t port, std::string_view key, std::string_view method = "GET",
                   std::string_view path = "/api/v1/links", std::string_view body = "");

/// A whole answer of the same.
std::optional<RawResponse> ask_with_key(std::uint16_t port, std::string_view key, std::string_view method,
                                        std::string_view path, std::string_view body = "");

/// Runs commands of curt in a folder, on the database curt.db there if no other is named, and keeps all that
/// they said.
class KeyDesk {
 public:
  explicit KeyDesk(const TempFolder& folder, std::string database_url = "sqlite:curt.db")
      : folder_(folder), database_url_(std::move(database_url)) {}

  Finished run(std::vector<std::string> arguments);

  /// Makes a key; its text. An empty one, and a failure, where that did not go well.
  std::string create(const std::string& scopes, std::vector<std::string> more = {});

  /// The last line of what a command printed.
  static std::string last_line(const std::string& out);

  /// The id in a key's text, and its secret.
  static std::string id_of(const std::string& key);
  static std::string secret_of(const std::string& key);

  /// Everything that commands wrote to the standard error so far, and to the standard output but for the last
  /// lines that are keys.
  [[nodiscard]] const std::string& said() const noexcept { return said_; }

 private:
  const TempFolder& folder_;
  std::string database_url_;
  std::string said_;
};

/// The files below the folder that have this text in them.
std::vector<std::filesystem::path> files_with(const std::filesystem::path& folder, std::string_view text);

/// How often a text is in the memory of a process; nothing where that may not be read.
std::optional<std::size_t> times_in_memory(pid_t process, std::string_view text);

/// The port of the listener of a curt whose log line says that it is for metrics; 0 if there is none.
std::uint16_t metrics_port(CurtProcess& server);

}  // namespace curt::test

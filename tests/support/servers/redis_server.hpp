#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/cache/redis/protocol/redis_reply.hpp"

#include "support/servers/child_process.hpp"
#include "support/servers/server_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

struct RedisServerOptions {
  std::string password;   ///< of the default user; empty: none
  std::string tls_names;  ///< listens with TLS too, with a certificate of these names; empty: no TLS
  std::vector<std::string> arguments;  ///< more of redis-server's, such as --user
};

/// A Redis server of the test's own: in memory only, on a free port of 127.0.0.1, gone at the end of this
/// object.
class RedisServer {
 public:
  /// Starts it and waits until it answers; throws std::runtime_error if it does not.
  explicit RedisServer(RedisServerOptions options = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }
  [[nodiscard]] const std::string& password() const noexcept { return options_.password; }
  /// For a client without TLS, as the default user.
  [[nodiscard]] std::string url() const;
  /// The certificate, which is its own authority.
  [[nodiscard]] std::filesystem::path certificate() const { return folder_.path() / "cert.pem"; }
  [[nodiscard]] std::filesystem::path unix_socket() const { return folder_.path() / "redis.sock"; }

  /// Sends a command on a connection of its own, as the default user, and waits for the answer.
  cache::RedisReply command(std::span<const std::string_view> words) const;
  cache::RedisReply command(std::initializer_list<std::string_view> words) const;

  /// Ends every connection of clients but those that listen.
  void cut() const { (void)command({"CLIENT", "KILL", "TYPE", "normal"}); }

  /// Can save nothing any more, so that it refuses writes after a BGSAVE (MISCONF) if it has save points.
  void lose_folder() const { std::filesystem::remove_all(folder_.path()); }

  /// Hangs, with all its connections open, until resume().
  void pause() const;
  void resume() const;

  /// Is gone, until start(); what it held is lost but for what SAVE has saved.
  void kill();
  void start();

 private:
  bool try_start();
  void make_certificate() const;

  RedisServerOptions options_;
  TempFolder folder_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

/// A client's options for the server, without TLS and as the default user: a busy machine passes none of
/// their limits.
[[nodiscard]] cache::RedisOptions patient_options(const RedisServer& server);

}  // namespace curt::test

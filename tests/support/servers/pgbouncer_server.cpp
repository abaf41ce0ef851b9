#include "support/servers/pgbouncer_server.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "support/servers/server_process.hpp"

namespace curt::test {

PgBouncerServer::PgBouncerServer(const PostgresServer& postgres, int server_connections,
                                 const std::string& mode) {
  give_to_ordinary_user(folder_.path());
  start_on_free_port([&](std::uint16_t port) {
    port_ = port;
    start(postgres, server_connections, mode);
  });
}

void PgBouncerServer::start(const PostgresServer& postgres, int server_connections, const std::string& mode) {
  const auto file = folder_.path() / "pgbouncer.ini";
  std::ofstream{file} << fmt::format(
      "[databases]\n"
      "* = host=127.0.0.1 port={} user=curt\n"
      "[pgbouncer]\n"
      "listen_addr = 127.0.0.1\n"
      "listen_port = {}\n"
      "unix_socket_dir =\n"
      "auth_type = any\n"
      "pool_mode = {}\n"
      "default_pool_size = {}\n"
      "max_client_conn = 200\n",
      postgres.port(), port_, mode, server_connections);
  std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  process_ = std::make_unique<ChildProcess>(as_ordinary_user({"/usr/sbin/pgbouncer", file}),
                                            ChildOptions{.folder = folder_.path()});
  const auto answers = [&] {
    if (!process_->is_running())
      throw std::runtime_error{"pgbouncer does not start: " + process_->standard_error()};
    try {
      const pqxx::connection connection{url(postgres.url())};
      return true;
    } catch (const pqxx::failure&) {
      return false;
    }
  };
  require_soon(answers, "pgbouncer does not answer");
}

PgBouncerServer::~PgBouncerServer() {
  process_->send_signal(SIGTERM);  // at once, without waiting for clients
  process_->wait();
}

std::string PgBouncerServer::url(const std::string& direct_url) const {
  return fmt::format("postgresql://curt@127.0.0.1:{}/{}", port_,
                     direct_url.substr(direct_url.rfind('/') + 1));
}

}  // namespace curt::test

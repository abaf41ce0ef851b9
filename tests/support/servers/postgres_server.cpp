#include "support/servers/postgres_server.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "curt/store/postgres/schema/migrations.hpp"

#include "support/servers/server_process.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTemplate = "curt_template";

/// The number that `text` begins with; 0 where it begins with none.
int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

fs::path newest_programs() {
  fs::path newest;
  int version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql", none}) {
    const int number = number_in(entry.path().filename().string());
    if (number > version && fs::exists(entry.path() / "bin" / "initdb")) {
      version = number;
      newest = entry.path() / "bin";
    }
  }
  if (newest.empty())
    throw std::runtime_error{"no PostgreSQL server in /usr/lib/postgresql; see scripts/install-deps"};
  return newest;
}

/// What the kernel tells of a process (proc_pid_stat(5)).
struct ProcessState {
  char state = 'X';  ///< T is stopped, Z waits to be reaped, X is gone
  pid_t parent = 0;
};

ProcessState state_of(const std::string& pid) {
  std::ifstream file{"/proc/" + pid + "/stat"};
  std::string line;
  std::getline(file, line);
  ProcessState process;
  if (const auto name_ends = line.rfind(") "); name_ends != std::string::npos) {
    process.state = line[name_ends + 2];
    process.parent = number_in(std::string_view{line}.substr(std::min(name_ends + 4, line.size())));
  }
  return process;
}

/// The processes whose parent this is. The kernel's own list leaves some out while others end.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (state_of(name).parent == parent) children.push_back(std::stoi(name));
  }
  return children;
}

bool is_alive(pid_t process) {
  const char state = state_of(std::to_string(process)).state;
  return state != 'X' && state != 'Z';
}

}  // namespace

PostgresServer::PostgresServer() : programs_(newest_programs()) {
  make_data({programs_ / "initdb", "--pgdata", data_, "--auth=trust", "--username=curt", "--encoding=UTF8",
             "--locale=C", "--no-sync", "--no-instructions"});
}

PostgresServer::PostgresServer(StandbyOf of) : programs_(newest_programs()) {
  make_data({programs_ / "pg_basebackup", "--pgdata", data_, "--dbname", of.primary.url(),
             "--write-recovery-conf", "--checkpoint=fast", "--no-sync"});
}

/// With a command that makes the cluster; and starts the server.
void PostgresServer::make_data(std::vector<std::string> command) {
  give_to_ordinary_user(folder_.path());
  const Finished made = run(as_ordinary_user(command), {.folder = folder_.path()});
  if (made.status != 0) throw std::runtime_error{command.front() + " failed: " + made.out + made.err};
  start_on_free_port([this](std::uint16_t port) {
    port_ = port;
    start();
  });
}

PostgresServer::~PostgresServer() {
  if (!process_) return;
  resume();
  stop();
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

std::string PostgresServer::url(const std::string& database) const {
  return fmt::format("postgresql://curt@127.0.0.1:{}/{}", port_, database);
}

std::string PostgresServer::fresh_database() {
  const std::string name = fmt::format("test_{}", ++databases_);
  ask("CREATE DATABASE " + name);
  return name;
}

std::string PostgresServer::fresh_schema() {
  if (!has_schema_) {
    ask(fmt::format("CREATE DATABASE {}", kTemplate));
    static_cast<void>(store::migrate_postgres(url(kTemplate), store::MigrateMode::apply).value());
    has_schema_ = true;
  }
  const std::string name = fmt::format("test_{}", ++databases_);
  ask(fmt::format("CREATE DATABASE {} TEMPLATE {}", name, kTemplate));
  return url(name);
}

std::string PostgresServer::ask(const std::string& sql, const std::string& database) const {
  pqxx::connection connection{url(database)};
  pqxx::nontransaction transaction{connection};
  const pqxx::result rows = transaction.exec(sql);
  return rows.empty() || rows[0][0].is_null() ? std::string{} : rows[0][0].c_str();
}

void PostgresServer::start() {
  std::vector<std::string> command{programs_ / "postgres", "-D", data_, "-k", folder_.path(), "-p",
                                   std::to_string(port_)};
  // Without autovacuum, whose transactions hold back what looks for the oldest one.
  for (const char* setting :
       {"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "autovacuum=off",
        "shared_buffers=32MB", "log_min_messages=warning", "deadlock_timeout=200ms"}) {
    command.insert(command.end(), {"-c", setting});
  }
  process_ = std::make_unique<ChildProcess>(as_ordinary_user(std::move(command)),
                                            ChildOptions{.folder = folder_.path()});
  const auto answers = [this] {
    if (!process_->is_running()) throw std::runtime_error{"the server does not start: " + log()};
    try {
      return ask("SELECT 1") == "1";
    } catch (const pqxx::failure&) {
      return false;  // it recovers or is not there yet
    }
  };
  require_soon(answers, "the server does not answer");
}

void PostgresServer::stop() {
  process_->send_signal(SIGINT);
  process_->wait();
  log_ += process_->standard_error();
  process_.reset();
}

void PostgresServer::kill() {
  // The backends too, as their memory is gone in a crash; they would notice only when they are idle.
  const auto backends = children_of(process_->pid());
  process_->send_signal(SIGKILL);
  for (const pid_t backend : backends) ::kill(backend, SIGKILL);
  process_->wait();
  log_ += process_->standard_error();
  process_.reset();
  const auto gone = [&] { return std::none_of(backends.begin(), backends.end(), is_alive); };
  require_soon(gone, "a backend of the killed server is still there");
}

void PostgresServer::hang() { signal_all(SIGSTOP); }

void PostgresServer::resume() { signal_all(SIGCONT); }

void PostgresServer::refuse_writes() const {
  ask("ALTER SYSTEM SET default_transaction_read_only = on");
  ask("SELECT pg_reload_conf()");
  require_soon([this] { return ask("SHOW transaction_read_only") == "on"; }, "the server takes writes still");
}

void PostgresServer::take_writes() const {
  ask("ALTER SYSTEM RESET default_transaction_read_only");
  ask("SELECT pg_reload_conf()");
  require_soon([this] { return ask("SHOW transaction_read_only") == "off"; }, "the server takes no writes");
}

void PostgresServer::promote() const { ask("SELECT pg_promote()"); }

void PostgresServer::signal_all(int signal) const {
  if (!process_) return;
  // The server first, so that it makes no more backends.
  const std::string server = std::to_string(process_->pid());
  process_->send_signal(signal);
  if (signal == SIGSTOP)
    require_soon([&] { return state_of(server).state == 'T'; }, "the server does not stop");
  for (const pid_t backend : children_of(process_->pid())) ::kill(backend, signal);
}

std::string PostgresServer::log() const { return process_ ? log_ + process_->standard_error() : log_; }

}  // namespace curt::test

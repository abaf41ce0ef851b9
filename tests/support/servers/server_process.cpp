#include "support/servers/server_process.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <pwd.h>
#include <unistd.h>

#include "support/eventually.hpp"
#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

constexpr const char* kUser = "postgres";  // of as_ordinary_user() too

}  // namespace

std::uint16_t free_port() {
  namespace net = boost::asio;
  net::io_context context;
  const net::ip::tcp::acceptor acceptor{context, {net::ip::address_v4::loopback(), 0}};
  return acceptor.local_endpoint().port();
}

void start_on_free_port(const std::function<void(std::uint16_t)>& start) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      start(free_port());
      return;
    } catch (const std::runtime_error&) {
      if (attempt == kAttempts) throw;
    }
  }
}

std::vector<std::string> as_ordinary_user(std::vector<std::string> command) {
  std::vector<std::string> all{"setpriv", "--pdeathsig=INT"};
  if (::geteuid() == 0) {
    for (const char* argument : {"--reuid=postgres", "--regid=postgres", "--clear-groups"})
      all.emplace_back(argument);
  }
  all.emplace_back("--");
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

void give_to_ordinary_user(const std::filesystem::path& folder) {
  if (::geteuid() != 0) return;
  std::array<char, 4096> strings{};
  passwd user{};
  passwd* found = nullptr;
  ::getpwnam_r(kUser, &user, strings.data(), strings.size(), &found);
  if (found == nullptr) throw std::runtime_error{std::string{"there is no user "} + kUser};
  if (::chown(folder.c_str(), user.pw_uid, user.pw_gid) != 0) {
    throw std::system_error{errno, std::generic_category(), "chown " + folder.string()};
  }
}

bool takes_connections(std::uint16_t port) {
  try {
    const RawClient client{port};
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void require_soon(const std::function<bool()>& condition, const std::string& what) {
  if (!eventually(condition)) throw std::runtime_error{what};
}

}  // namespace curt::test

#include "e2e/keys/key_desk.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/paths.hpp"

namespace curt::test {
namespace {

constexpr std::size_t kPrefix = 5;  // curt_
constexpr std::size_t kId = 12;

}  // namespace

std::optional<RawResponse> ask_with_key(std::uint16_t port, std::string_view key, std::string_view method,
                                        std::string_view path, std::string_view body) {
  std::string request =
      fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method, path);
  if (!key.empty()) request += fmt::format("X-Api-Key: {}\r\n", key);
  if (!body.empty()) request += "Content-Type: application/json\r\n";
  return test::exchange(port, fmt::format("{}Content-Length: {}\r\n\r\n{}", request, body.size(), body));
}

unsigned status_of(std::uint16_t port, std::string_view key, std::string_view method, std::string_view path,
                   std::string_view body) {
  const auto answer = ask_with_key(port, key, method, path, body);
  return answer ? answer->status : 0;
}

Finished KeyDesk::run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), curt_binary());
  const ChildOptions options{{{"CURT_DATABASE_URL", database_url_}}, folder_.path()};
  Finished finished = test::run(std::move(arguments), options);
  said_ += finished.err;
  const std::string last = last_line(finished.out);
  said_ += last.starts_with("curt_") ? finished.out.substr(0, finished.out.size() - last.size() - 1)
                                     : finished.out;
  return finished;
}

std::string KeyDesk::create(const std::string& scopes, std::vector<std::string> more) {
  std::vector<std::string> arguments{"keys", "create", "--name", "a key", "--scopes", scopes};
  arguments.insert(arguments.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
  const Finished made = run(std::move(arguments));
  EXPECT_EQ(made.status, 0) << made.err;
  const std::string key = last_line(made.out);
  EXPECT_EQ(made.out, key + "\n") << "the key is alone on the standard output";
  EXPECT_TRUE(key.starts_with("curt_"));
  return key;
}

std::string KeyDesk::last_line(const std::string& out) {
  if (out.empty()) return {};
  const std::size_t begin = out.rfind('\n', out.size() - 2);
  return out.substr(begin == std::string::npos ? 0 : begin + 1, out.size() - 1 - (begin + 1));
}

std::string KeyDesk::id_of(const std::string& key) { return key.substr(kPrefix, kId); }

std::string KeyDesk::secret_of(const std::string& key) { return key.substr(kPrefix + kId + 1); }

std::vector<std::filesystem::path> files_with(const std::filesystem::path& folder, std::string_view text) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    if (bytes.find(text) != std::string::npos) found.push_back(entry.path());
  }
  return found;
}

std::optional<std::size_t> times_in_memory(pid_t process, std::string_view text) {
  std::ifstream maps{fmt::format("/proc/{}/maps", process)};
  std::ifstream memory{fmt::format("/proc/{}/mem", process), std::ios::binary};
  if (!maps || !memory) return std::nullopt;
  std::size_t found = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" r") == std::string::npos) continue;
    const std::size_t dash = line.find('-');
    const std::uint64_t begin = std::stoull(line.substr(0, dash), nullptr, 16);
    const std::uint64_t end = std::stoull(line.substr(dash + 1), nullptr, 16);
    std::string bytes(end - begin, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(begin));
    if (!memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) continue;  // the kernel's own
    for (std::size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++found;
  }
  return found;
}

std::uint16_t metrics_port(CurtProcess& server) {
  while (const auto line = server.process().read_line()) {
    const auto event = nlohmann::json::parse(*line, nullptr, false);
    if (event.is_discarded() || event.value("message", "") != "listening" || !event.contains("for")) continue;
    const std::string address = event.value("address", "");
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  return 0;
}

}  // namespace curt::test

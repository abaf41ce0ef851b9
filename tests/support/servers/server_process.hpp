#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace curt::test {

/// A port of 127.0.0.1 that nobody listens on at this moment.
[[nodiscard]] std::uint16_t free_port();

/// Calls `start` with a free port, and with another one where that throws, as somebody else may take the port
/// before the server does. Throws what the last of some attempts threw.
void start_on_free_port(const std::function<void(std::uint16_t)>& start);

/// The command run as Debian's user `postgres` where we are root, which database servers refuse to run as. It
/// ends when the thread that started it does, so that a test that is killed leaves no server.
[[nodiscard]] std::vector<std::string> as_ordinary_user(std::vector<std::string> command);

/// Gives a folder to the user that as_ordinary_user() runs commands as.
void give_to_ordinary_user(const std::filesystem::path& folder);

/// Whether a server on this port of 127.0.0.1 takes a connection.
[[nodiscard]] bool takes_connections(std::uint16_t port);

/// Waits for a condition without which the test makes no sense: throws std::runtime_error with `what` if it
/// does not come.
void require_soon(const std::function<bool()>& condition, const std::string& what);

}  // namespace curt::test

#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "e2e/keys/key_desk.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/server_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// Files of hosts in a folder, and services that follow them.
class BlocklistFiles : public testing::Test {
 protected:
  /// Writes the file in place.
  void write(const std::string& name, std::string_view text) const {
    std::ofstream{folder_.path() / name, std::ios::binary} << text;
  }

  /// Moves a complete file into the place of the former one, as a download should.
  void replace(const std::string& name, std::string_view text) const {
    write(name + ".new", text);
    std::filesystem::rename(folder_.path() / (name + ".new"), folder_.path() / name);
  }

  [[nodiscard]] CurtProcess serve(CurtProcess::Environment more = {},
                                  const std::string& blocklist = "blocked") const {
    more.emplace_back("CURT_BLOCKLIST", blocklist);
    return CurtProcess{curt_binary(), folder_.path(), more};
  }

  [[nodiscard]] Finished curt(std::vector<std::string> arguments) const {
    ChildOptions options;
    options.folder = folder_.path();
    arguments.insert(arguments.begin(), curt_binary());
    return run(std::move(arguments), options);
  }

  static unsigned create(const CurtProcess& server, const std::string& alias, const std::string& url) {
    return status_of(server.port(), "", "POST", "/api/v1/links",
                     R"({"alias":")" + alias + R"(","url":")" + url + "\"}");
  }

  static unsigned follow(const CurtProcess& server, const std::string& code) {
    return status_of(server.port(), "", "GET", "/" + code);
  }

  static std::string body_of(const CurtProcess& server, const std::string& path) {
    const auto answer = ask_with_key(server.port(), "", "GET", path);
    return answer ? answer->body : "";
  }

  const TempFolder folder_;
};

}  // namespace curt::test

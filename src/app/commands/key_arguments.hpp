#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "curt/app/commands/command_line.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// Arguments of `curt keys`, as they were given.
struct KeyTexts {
  std::string name;
  std::vector<std::string> scopes;
  bool own = false;
  std::optional<std::string> expires;
  std::string id;
  std::string grace = "24h";
};

/// Arguments of `curt links give`, as they were given.
struct GiveTexts {
  std::string from;  ///< empty: nobody
  std::string to;
  std::vector<std::string> where;
  bool dry_run = false;
};

// What the arguments ask for. An error's detail names the argument, and repeats no key.

[[nodiscard]] result<CreateKeyCommand> create_key_command(const KeyTexts& texts);
[[nodiscard]] result<RevokeKeyCommand> revoke_key_command(const KeyTexts& texts);
[[nodiscard]] result<RotateKeyCommand> rotate_key_command(const KeyTexts& texts);
[[nodiscard]] result<GiveLinksCommand> give_links_command(const GiveTexts& texts);

/// The id that the argument of this name gives.
[[nodiscard]] result<KeyId> key_id_argument(std::string_view argument, const std::string& text);

}  // namespace curt::app

#include "cache/redis/protocol/refusal_cause.hpp"

#include <array>

namespace curt::cache {
namespace {

constexpr std::array<std::string_view, 7> kCauses{
    "READONLY the server is a replica",
    "NOPERM the user lacks a command or a key pattern",
    "OOM the server has no memory left within its maxmemory",
    "MISCONF the server takes no writes while it cannot save to its disk",
    "NOREPLICAS the server has fewer replicas than min-replicas-to-write",
    "LOADING the server is still reading its data",
    "BUSY the server is running a script that does not end",
};

std::string_view first_word_of(std::string_view text) noexcept { return text.substr(0, text.find(' ')); }

/// Redis before 7 wraps the error of a command that a script calls: "ERR Error running script ... -OOM ...".
bool has_wrapped(std::string_view error, std::string_view word) noexcept {
  for (std::size_t at = error.find(word); at != std::string_view::npos; at = error.find(word, at + 1)) {
    if (at > 0 && error[at - 1] == '-' && first_word_of(error.substr(at)) == word) return true;
  }
  return false;
}

}  // namespace

std::string_view refusal_cause(std::string_view error) noexcept {
  // What a script may not do, Redis says without a word of its own for it.
  constexpr std::string_view kScriptMayNot = "can't run this command";
  constexpr std::string_view kScriptLacks =
      "NOPERM the user lacks a command that the script runs, such as TIME";
  const std::string_view word = first_word_of(error);
  if (word == "ERR" && error.find(kScriptMayNot) != std::string_view::npos) return kScriptLacks;
  for (const std::string_view cause : kCauses) {
    const std::string_view known = first_word_of(cause);
    if (word == known || (word == "ERR" && has_wrapped(error, known))) return cause;
  }
  return word;
}

}  // namespace curt::cache

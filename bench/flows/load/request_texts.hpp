#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flows/load/link_pool.hpp"

namespace flows {

/// Whether a connection goes on after the answer. Where it does not, the request says so ("Connection:
/// close"): the server ends it then, and the ports that wait in TIME-WAIT are not this machine's 28,000 (nor
/// those of a proxy in between).
enum class Persistence { kept, closed };

/// Writes requests, of parts that are made once.
class RequestTexts {
 public:
  struct Visitors {
    double bots = 0;            ///< the part of them that are bots
    std::uint32_t clients = 0;  ///< their addresses in X-Forwarded-For; 0: no such header
  };
  RequestTexts(std::string_view host, std::string_view api_key, Visitors visitors);

  /// Each replaces what is in `text`.
  void redirect(std::string& text, std::string_view code, Persistence persistence, Random& random) const;
  void create(std::string& text, std::string_view target, std::string_view idempotency_key,
              Persistence persistence, Random& random) const;
  /// A page of the API, such as "/api/v1/stats".
  void page(std::string& text, std::string_view path, Persistence persistence, Random& random) const;

 private:
  void end_head(std::string& text, Persistence persistence, Random& random) const;

  Visitors visitors_;
  std::vector<std::string> browsers_, bots_;  // all but the first line
  std::string program_;
};

}  // namespace flows

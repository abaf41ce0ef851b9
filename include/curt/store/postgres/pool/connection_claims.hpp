#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace curt::store {

/// What the processes of curt that are connected to a PostgreSQL server now may take of its connections, all
/// together. Each says in its application_name how many that is.
struct ConnectionClaims {
  std::size_t processes = 0;
  std::size_t connections = 0;  ///< that these may have
  std::size_t others = 0;       ///< connections that other clients have now
  std::size_t limit = 0;        ///< the server's, for roles that are no superuser

  [[nodiscard]] bool fit() const noexcept { return connections + others <= limit; }
};

/// The application_name of a process, which "serve" says what it is: "curt serve 1a2b3c4d 8+1", for a pool of
/// eight connections and one beside it.
[[nodiscard]] std::string claiming_name(std::string_view who, std::size_t pool_size, std::size_t beside);

/// How many connections the owner of that application_name may have; 0: it does not say.
[[nodiscard]] std::size_t claim_of(std::string_view application_name);

}  // namespace curt::store

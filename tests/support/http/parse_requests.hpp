#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "curt/http/request.hpp"

namespace curt::test {

/// A parsed request, copied out of the parser's views, or its refusal.
struct Parsed {
  unsigned status = 0;  ///< of the refusal; 0 for a request that is well-formed so far
  bool complete = false;
  std::string detail;  ///< of the refusal
  http::Method method = http::Method::other;
  bool is_for_the_connection = false;
  std::string path;
  std::string query;
  bool has_query = false;
  int version = 0;
  bool keep_alive = false;
  bool has_body = false;
  bool expects_continue = false;
  bool prefetch = false;
  bool do_not_track = false;
  bool forwarded = false;
  http::FetchSite fetch_site = http::FetchSite::untold;
  bool opens_page = false;
  std::string fields;  ///< the headers that we keep, joined by '|'
  std::string
      credentials;  ///< how many there are and the last, of X-Api-Key and of Authorization, joined by '|'
  std::string body;

  friend bool operator==(const Parsed&, const Parsed&) = default;
};

/// Feeds the bytes to a RequestParser as a connection would, in pieces that end at the `splits` (ascending),
/// until they are used up or refused. The last one may be incomplete: its head is there and its body is not.
/// Aborts where the parser takes more than it was given, or makes no sense otherwise.
[[nodiscard]] std::vector<Parsed> parse_requests(std::string_view bytes,
                                                 const std::vector<std::size_t>& splits);

}  // namespace curt::test

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace curt::http {

/// The methods that mean something to us; the rest is `other`.
enum class Method { get, head, post, put, patch, delete_, options, other };
inline constexpr std::size_t kMethodCount = 8;

/// The method's name as it stands in a request; "other" for the rest.
[[nodiscard]] std::string_view name_of(Method method) noexcept;

/// What Sec-Fetch-Site (https://w3c.github.io/webappsec-fetch-metadata/) says of who had a browser ask.
enum class FetchSite : unsigned char {
  untold,  ///< no such header: no browser, an old one, or one that does not trust the connection
  own,     ///< one of our pages, or the user
  other,   ///< a page of another site or of another origin
};

/// One parsed request. All texts are views into the connection's buffers and live until it is answered; a
/// header that did not come is empty.
struct Request {
  Method method = Method::other;
  bool is_for_the_connection = false;  ///< TRACE or CONNECT, which ask for nothing that a path has
  std::string_view target;             ///< as in the request line
  std::string_view path;               ///< the target up to the question mark, still percent-encoded
  std::string_view query;              ///< what follows the question mark
  bool has_query = false;              ///< tells "/a?" from "/a"
  int version = 11;                    ///< 10 or 11
  bool keep_alive = true;

  std::string_view host;              ///< of the target where that is a URL, else of the header Host
  std::string_view accept;            ///< several fields joined to one list, as those below that are lists
  std::string_view accept_encoding;   ///< a list
  std::string_view content_encoding;  ///< a list: the codings of the body
  std::string_view content_type;
  std::string_view user_agent;
  std::string_view referrer;
  std::string_view origin;
  std::string_view if_match;  ///< a list
  std::string_view idempotency_key;
  bool has_if_match = false;  ///< tells an empty header from none
  bool has_idempotency_key = false;
  std::string_view request_id;
  std::string_view forwarded_for;      ///< a list: the nearest hop is the last one, as proxies append
  std::string_view requested_method;   ///< Access-Control-Request-Method
  std::string_view requested_headers;  ///< Access-Control-Request-Headers
  bool expects_continue = false;
  bool has_body = false;      ///< a body is announced
  bool prefetch = false;      ///< the browser fetches ahead of its user, who may never come
  bool do_not_track = false;  ///< DNT or Sec-GPC (https://w3c.github.io/gpc/) says 1
  bool forwarded = false;  ///< a proxy names itself or its client: Forwarded, X-Forwarded-*, X-Real-IP, Via
  FetchSite fetch_site = FetchSite::untold;
  bool opens_page = false;  ///< Sec-Fetch-Dest: the answer is what a window shows, which no page can read

  // What shows who asks. Secret: overwritten in the connection's buffer, and empty, once the request was
  // admitted or refused.
  std::string_view api_key;        ///< X-Api-Key; of several the last
  std::string_view authorization;  ///< Authorization; of several the last
  std::uint16_t api_keys = 0;      ///< how many such headers there are
  std::uint16_t authorizations = 0;

  [[nodiscard]] bool has_credentials() const noexcept { return (api_keys | authorizations) != 0; }

  std::string_view body;
  std::string_view client;  ///< address of the client, seen through trusted proxies
};

/// Whether the request asks for HTML before JSON, which is what we have else (RFC 9110, section 12.5.1): HTML
/// has the higher weight, or the same one and is named more closely, or both are named. Browsers do; a client
/// that takes anything gets JSON.
[[nodiscard]] bool accepts_html(const Request& request) noexcept;

/// Whether the request takes an answer in gzip (RFC 9110, section 12.5.3).
[[nodiscard]] bool accepts_gzip(const Request& request) noexcept;

/// Whether the body is in a coding, such as gzip, that has to be undone before it can be read (RFC 9110,
/// section 8.4).
[[nodiscard]] bool has_coded_body(const Request& request) noexcept;

}  // namespace curt::http

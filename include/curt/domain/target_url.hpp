#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "curt/domain/error.hpp"

namespace curt {

/// Where a link leads: an absolute http or https URL, normalised, all ASCII, without a space or control byte.
///
/// parse() gives what `new URL(input).href` gives in a browser (WHATWG URL Standard of June 2026): case of
/// scheme and host, raw Unicode percent-encoded as UTF-8, IDN hosts in punycode (UTS #46, non-transitional,
/// with the tables of Unicode 17), IPv4 and IPv6 in canonical form, default port left out, dot segments
/// resolved, "/" for an empty path; tab and line ends are dropped. It differs on purpose in few things, which
/// docs/targets.md lists with their reasons:
///  - It refuses schemes other than http and https; input or result over kMaxBytes bytes; ill-formed UTF-8;
///    host names over 253 bytes once they are ASCII, which DNS cannot have, or over 1,024 bytes before; the
///    other C0 control bytes and DEL inside.
///  - It trims whatever is invisible around the URL, of which a browser encodes what is not ASCII.
///  - `^` in a path stays as it is, which the standard encodes since November 2024.
///
/// Labels that begin with "xn--" are left alone in a name that is all ASCII, as in browsers, and so may stand
/// for nothing.
///
/// A value is immutable and owns its text; views that it gives live as long as it does.
class TargetUrl {
 public:
  /// The longest input (after trimming) and the longest result, in bytes.
  static constexpr std::size_t kMaxBytes = 8192;

  /// Normalises what a client sent. An error is invalid_value for the field "url", and says what is wrong.
  [[nodiscard]] static result<TargetUrl> parse(std::string_view input);

  /// Takes back the text of an earlier parse() from a store. The text is trusted, not checked again.
  [[nodiscard]] static TargetUrl from_stored(std::string normalised) {
    return TargetUrl(std::move(normalised));
  }

  /// The whole URL as it goes into a Location header.
  [[nodiscard]] const std::string& str() const noexcept { return text_; }

  /// The host as it is written in the URL; an IPv6 address stands in brackets.
  [[nodiscard]] std::string_view host() const noexcept { return host_of(text_); }

  /// The host in the text of a TargetUrl, which is not checked again.
  [[nodiscard]] static std::string_view host_of(std::string_view normalised) noexcept;

  /// The port that a client connects to: the one written, else 80 for http and 443 for https.
  [[nodiscard]] std::uint16_t port() const noexcept;

  friend bool operator==(const TargetUrl&, const TargetUrl&) = default;
  friend auto operator<=>(const TargetUrl&, const TargetUrl&) = default;

 private:
  explicit TargetUrl(std::string normalised) noexcept : text_(std::move(normalised)) {}

  std::string text_;
};

}  // namespace curt

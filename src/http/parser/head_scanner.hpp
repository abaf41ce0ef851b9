#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace curt::http {

/// Why a request's head is refused before it is parsed; each says what an attacker or a broken client did.
enum class HeadError {
  not_http,  ///< the first byte begins no method: TLS, mostly, which would wait for an answer before it goes
             ///< on
  bare_line_feed,  ///< a line that ends with LF alone (RFC 9112, section 2.2, lets us refuse it)
  folded_line,     ///< a header line continued by leading white space (RFC 9112, section 5.2)
  target_too_long,
  head_too_large,
};

/// Finds the end of a request's head in bytes that arrive bit by bit, looking at each byte once. Line ends
/// are judged here because Beast's parser unfolds folded lines and waits for more behind a bare LF.
class HeadScanner {
 public:
  /// Looks at `input`, which begins with the head and has only grown since the last call. The length of the
  /// head with its empty line, or nothing while it is incomplete or error() is set.
  [[nodiscard]] std::optional<std::size_t> scan(std::string_view input);

  [[nodiscard]] std::optional<HeadError> error() const noexcept { return error_; }

  void reset() noexcept { *this = {}; }

 private:
  [[nodiscard]] std::optional<std::size_t> fail(HeadError error) noexcept;

  std::size_t line_begin_ = 0;
  std::size_t scanned_ = 0;
  std::optional<HeadError> error_;
};

}  // namespace curt::http

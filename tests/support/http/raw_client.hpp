#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace curt::test {

/// One answer as it came over the wire.
struct RawResponse {
  unsigned status = 0;
  int minor_version = 1;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of the first header of this name, in any case; empty if there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Whether an answer's body follows its head: that of a HEAD request has a Content-Length, but no body.
enum class Body { follows, none };

/// A blocking client that sends exactly the bytes it is told to. Every wait ends when the test's
/// patience does.
class RawClient {
 public:
  /// Connects; throws std::system_error if that fails. `receive_buffer` bytes are set as SO_RCVBUF if not 0.
  explicit RawClient(std::uint16_t port, const std::string& address = "127.0.0.1", int receive_buffer = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Sends everything; false if the server took it no more.
  bool send(std::string_view bytes);

  /// Sends what is taken without waiting; the number of bytes.
  std::size_t send_some(std::string_view bytes);

  /// Says that nothing more will be sent.
  void finish_sending();

  /// Closes this end; nothing can be done with the client then.
  void hang_up();

  /// Ends the connection with a reset, as a client that crashed.
  void reset();

  /// The next answer, or nothing if the connection ended or fell silent before it was complete.
  std::optional<RawResponse> read_response(Body body = Body::follows);

  /// Takes up to this many bytes that have come, and forgets them.
  void read_some(std::size_t most);

  /// Everything until the server closes; nothing if it does not.
  std::optional<std::string> read_until_close();

  /// Whether the server closes without another byte.
  bool is_closed();

  /// Whether the server sends something, or closes, within this time.
  bool hears_within(std::chrono::milliseconds time);

  /// Bytes received but not yet given out.
  [[nodiscard]] bool has_buffered() const noexcept { return !buffer_.empty(); }

 private:
  enum class Received { bytes, end, silence };
  Received receive();

  int socket_ = -1;
  std::string buffer_;
};

/// Connects, sends the bytes, and gives the first answer.
std::optional<RawResponse> exchange(std::uint16_t port, std::string_view bytes);

}  // namespace curt::test

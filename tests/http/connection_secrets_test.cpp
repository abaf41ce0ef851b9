#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "curt/base/secret_text.hpp"
#include "curt/http/server.hpp"
#include "curt/http/service.hpp"

#include "support/eventually.hpp"
#include "support/http/hidden_text.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/raw_client.hpp"

namespace curt::test {
namespace {

/// Refuses /refused with 401; makes a secret at /make; answers the rest with what it is asked for. Notes
/// whether the key came.
class KeyedService final : public http::Service {
 public:
  explicit KeyedService(const HiddenText& secret) : secret_(secret) {}

  http::Admission admit(http::Exchange& exchange) override {
    const http::Request& request = exchange.request;
    for (const std::string_view header : {request.api_key, request.authorization}) {
      if (header.size() < secret_.size()) continue;
      if (secret_.is_at(header.data() + (header.size() - secret_.size()))) came = true;
    }
    if (request.path == "/throw") throw std::runtime_error{"failing, as the test wants"};
    if (request.path != "/refused") return http::Admission::admit;
    exchange.response.set_status(401);
    return http::Admission::answer;
  }

  bool answer_now(http::Exchange& exchange) override {
    forgotten = exchange.request.api_key.empty() && exchange.request.authorization.empty();
    if (exchange.request.path == "/make") {
      SecretText text{secret_.size()};
      secret_.reveal(text.bytes().data());
      exchange.response.set_secret_body(std::move(text));
    } else {
      exchange.response.set_body(std::string{exchange.request.path});
    }
    return true;
  }

  awaitable<void> answer(http::Exchange&) override { co_return; }
  void answer_overloaded(http::Exchange&, std::string_view) override {}

  [[nodiscard]] const std::vector<std::string>& route_names() const noexcept override { return names_; }

  std::atomic<bool> came{false};
  std::atomic<bool> forgotten{false};

 private:
  const HiddenText& secret_;
  const std::vector<std::string> names_{"none"};
};

class ConnectionSecrets : public testing::Test {
 protected:
  explicit ConnectionSecrets(http::ServerOptions options = patient_options())
      : options_(std::move(options)),
        server_metrics_(metrics_, service_.route_names()),
        server_(listening(options_), service_, server_metrics_, nullptr) {}

  static http::ServerOptions& listening(http::ServerOptions& options) {
    options.listen.emplace_back(net::ip::make_address("127.0.0.1"), std::uint16_t{0});
    return options;
  }

  std::uint16_t port() { return server_.endpoints().front().port(); }

  std::uint16_t start() {
    server_.listen().value();
    server_.start();
    return port();
  }

  /// Sends the bytes with the secret in the place of each '$'; nothing of it stays here.
  bool send(std::string_view bytes) {
    std::vector<char> all(bytes.size() * secret_.size());
    std::size_t size = 0;
    for (const char c : bytes) {
      if (c == '$') {
        secret_.reveal(all.data() + size);
        size += secret_.size();
      } else {
        all[size++] = c;
      }
    }
    const bool sent = client_.send({all.data(), size});
    wipe(all);
    return sent;
  }

  /// The status of the next answer; 0 if none comes.
  unsigned answer() {
    const auto response = client_.read_response();
    return response ? response->status : 0;
  }

  [[nodiscard]] bool is_forgotten() const {
    return eventually([&] { return !secret_.is_in_memory(); }, patience(std::chrono::seconds{2}));
  }

  const HiddenText secret_;
  KeyedService service_{secret_};
  http::ServerOptions options_;
  Metrics metrics_;
  http::ServerMetrics server_metrics_;
  http::Server server_;
  RawClient client_{start()};
};

class ShortHeads : public ConnectionSecrets {
 protected:
  ShortHeads() : ConnectionSecrets(with_short(&http::ServerOptions::head_timeout)) {}
};

TEST_F(ConnectionSecrets, AreFoundByThisTestWhereTheyAre) {
  EXPECT_FALSE(secret_.is_in_memory());
  {
    SecretText kept{secret_.size()};
    secret_.reveal(kept.bytes().data());
    EXPECT_TRUE(secret_.is_in_memory());
  }
  EXPECT_FALSE(secret_.is_in_memory());
}

TEST_F(ConnectionSecrets, OfBothHeadersAreGoneBeforeTheAnswer) {
  for (const std::string_view header :
       {"X-Api-Key: $", "x-api-key:$", "Authorization: Bearer $", "authorization: $"}) {
    service_.came = service_.forgotten = false;
    ASSERT_TRUE(send("GET /a HTTP/1.1\r\nHost: a\r\n" + std::string{header} + "\r\n\r\n"));
    EXPECT_EQ(answer(), 200U);
    EXPECT_TRUE(service_.came) << header;
    EXPECT_TRUE(service_.forgotten) << header;
    EXPECT_FALSE(secret_.is_in_memory()) << header;
  }
}

TEST_F(ConnectionSecrets, AreGoneAlsoWhereTheRequestIsRefused) {
  ASSERT_TRUE(send("GET /refused HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\n\r\n"));
  EXPECT_EQ(answer(), 401U);
  EXPECT_FALSE(secret_.is_in_memory());
  ASSERT_TRUE(
      send("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nAuthorization: Bearer $\r\n\r\n"));
  EXPECT_EQ(answer(), 401U);
  EXPECT_FALSE(secret_.is_in_memory());
}

TEST_F(ConnectionSecrets, OfRepeatedHeadersAreAllGone) {
  ASSERT_TRUE(send("GET /a HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\nAuthorization: $\r\nX-Api-Key: b\r\n\r\n"));
  EXPECT_EQ(answer(), 200U);
  EXPECT_TRUE(is_forgotten());
  EXPECT_TRUE(client_.is_closed()) << "what such a client sends next is not trusted";
}

TEST_F(ConnectionSecrets, OfHeadsThatCannotBeReadAreGone) {
  ASSERT_TRUE(send("GET /a HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\nno header\r\n\r\n"));
  EXPECT_EQ(answer(), 400U);
  EXPECT_TRUE(is_forgotten());
}

TEST_F(ConnectionSecrets, AreGoneWhereTheServiceFails) {
  ASSERT_TRUE(send("GET /throw HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\n\r\n"));
  EXPECT_EQ(answer(), 500U);
  EXPECT_TRUE(is_forgotten());
}

TEST_F(ConnectionSecrets, OfManyRequestsInOnePieceAreGone) {
  std::string all;
  for (int i = 0; i < 200; ++i) {
    all += "POST /a HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\nContent-Length: 5\r\n\r\nhello";
    all +=
        "GET /b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer $\r\nX-Pad: " + std::string(i * 7 % 300, 'x') +
        "\r\n\r\n";
  }
  ASSERT_TRUE(send(all));
  for (int i = 0; i < 400; ++i) ASSERT_EQ(answer(), 200U);
  EXPECT_FALSE(secret_.is_in_memory());
}

TEST_F(ConnectionSecrets, OfAHeadThatOutgrowsTheBufferAreGone) {
  ASSERT_TRUE(send("GET /a HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\nX-Long: " + std::string(1000, 'x')));
  ASSERT_TRUE(eventually([&] { return secret_.is_in_memory(); })) << "the half head is there";
  ASSERT_TRUE(send(std::string(9000, 'y') + "\r\n\r\n"));
  EXPECT_EQ(answer(), 200U);
  EXPECT_TRUE(service_.came);
  EXPECT_FALSE(secret_.is_in_memory());
}

TEST_F(ConnectionSecrets, OfAHalfHeadGoWithItsClient) {
  ASSERT_TRUE(send("GET /a HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\nX-More"));
  ASSERT_TRUE(eventually([&] { return secret_.is_in_memory(); }));
  client_.hang_up();
  EXPECT_TRUE(is_forgotten());
}

TEST_F(ShortHeads, OfAHalfHeadGoWithItsTime) {
  ASSERT_TRUE(send("GET /a HTTP/1.1\r\nHost: a\r\nX-Api-Key: $\r\nX-More"));
  EXPECT_EQ(answer(), 408U);
  EXPECT_TRUE(is_forgotten());
}

TEST_F(ConnectionSecrets, OfAnAnswerAreGoneOnceItIsWritten) {
  for (const std::string_view last : {"", "Connection: close\r\n"}) {
    RawClient client{port()};
    ASSERT_TRUE(client.send("GET /make HTTP/1.1\r\nHost: a\r\n" + std::string{last} + "\r\n"));
    ASSERT_TRUE(client.hears_within(patience()));
    EXPECT_TRUE(is_forgotten()) << last;
  }
}

}  // namespace
}  // namespace curt::test

#include "api/keys/answer_key.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "curt/base/secret_text.hpp"
#include "curt/http/server.hpp"
#include "curt/http/server_metrics.hpp"

#include "support/eventually.hpp"
#include "support/http/hidden_text.hpp"
#include "support/http/http_fixture.hpp"
#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using test::HiddenText;
using test::KeyedApi;

/// The API where keys are asked for, behind a server.
class MadeKeys : public testing::Test {
 protected:
  MadeKeys() {
    server_.listen().value();
    server_.start();
  }

  static http::ServerOptions on_a_free_port() {
    http::ServerOptions options = test::patient_options();
    options.listen.emplace_back(net::ip::make_address("127.0.0.1"), std::uint16_t{0});
    return options;
  }

  /// The key that POST answers, of which nothing stays here.
  HiddenText made_by(std::string_view path, std::string_view body) {
    net::io_context context;
    net::ip::tcp::socket socket{context};
    socket.connect(server_.endpoints().front());
    std::string request =
        "POST " + std::string{path} + " HTTP/1.1\r\nHost: sho.rt\r\nX-Api-Key: " + api_.admin +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        std::string{body};
    net::write(socket, net::buffer(request));
    std::array<char, 4096> answer{};
    std::size_t size = 0;
    while (std::string_view{answer.data(), size}.find("}\n") == std::string_view::npos) {
      size += socket.read_some(net::buffer(answer.data() + size, answer.size() - size));
    }
    const std::size_t at = std::string_view{answer.data(), size}.find("curt_");
    EXPECT_NE(at, std::string_view::npos);
    if (at == std::string_view::npos) return HiddenText{};
    HiddenText key{std::span{answer}.subspan(at, api_.admin.size())};
    EXPECT_FALSE(is_kept(key)) << "once its answer is written, while the connection stays";
    return key;
  }

  /// The status of what is asked with the key, of which nothing stays here.
  unsigned status_with(const HiddenText& key) {
    net::io_context context;
    net::ip::tcp::socket socket{context};
    socket.connect(server_.endpoints().front());
    constexpr std::string_view kBefore =
        "GET /api/v1/links HTTP/1.1\r\nHost: sho.rt\r\nAuthorization: Bearer ";
    std::array<char, 512> request{};
    auto* const end = std::copy(kBefore.begin(), kBefore.end(), request.data());
    key.reveal(end);
    std::fill_n(end + key.size(), 4, '\n');
    end[key.size()] = end[key.size() + 2] = '\r';
    net::write(socket, net::buffer(request.data(), kBefore.size() + key.size() + 4));
    wipe(request);
    std::array<char, 4096> answer{};
    const std::size_t size = socket.read_some(net::buffer(answer));
    EXPECT_FALSE(is_kept(key)) << "while the connection stays";
    return size > 12 ? static_cast<unsigned>(std::stoul(std::string{answer.data() + 9, 3})) : 0;
  }

  /// Whether the process's memory holds the key for good.
  static bool is_kept(const HiddenText& key) {
    return !test::eventually([&] { return !key.is_in_memory(); }, test::patience(std::chrono::seconds{2}));
  }

  KeyedApi api_;
  const http::ServerMetrics metrics_{api_.metrics, api_.service().route_names()};
  http::Server server_{on_a_free_port(), api_.service(), metrics_, nullptr};
};

TEST_F(MadeKeys, AreNowhereInMemoryOnceTheyWereShown) {
  const HiddenText made = made_by("/api/v1/keys", R"({"name":"a","scopes":["links:read"]})");
  const HiddenText rotated =
      made_by("/api/v1/keys/" + KeyedApi::id_of(api_.admin) + "/rotate", R"({"grace":3600})");
  EXPECT_FALSE(is_kept(made));
  EXPECT_FALSE(is_kept(rotated));
  EXPECT_EQ(status_with(made), 200U);
  EXPECT_EQ(status_with(rotated), 200U);
  const HiddenText garbage;
  EXPECT_EQ(status_with(garbage), 401U);
}

}  // namespace
}  // namespace curt::api

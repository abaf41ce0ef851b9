#include "app/doctor/checks/addresses_check.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"
#include "support/patience.hpp"

namespace curt::app {
namespace {

namespace net = boost::asio;
using net::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

ListenAddress address(const std::string& text) { return parse_listen_address(text).value(); }

std::string judged(const AddressFacts& facts, Answerer::Kind own = Answerer::Kind::serve,
                   std::string_view variable = "CURT_LISTEN") {
  Findings findings;
  judge_address(facts, variable, own, findings);
  return test::text_of(findings);
}

std::string reach_of(const Settings& settings) {
  Findings findings;
  judge_reach(settings, findings);
  return test::text_of(findings);
}

std::string reach(const std::string& listen, const std::string& base_url, const std::string& proxies = "") {
  Settings settings = default_settings();
  settings.listen = {address(listen)};
  settings.base_url = base_url;
  if (!proxies.empty()) settings.trusted_proxies.add(proxies);
  return reach_of(settings);
}

/// Listens on a port, and answers one connection if it is to answer.
class Somebody {
 public:
  explicit Somebody(std::string body) : body_(std::move(body)) {
    if (!body_.empty()) thread_ = std::thread{[this] { answer(); }};
  }
  ~Somebody() {
    if (thread_.joinable()) thread_.join();
  }
  Somebody(const Somebody&) = delete;
  Somebody& operator=(const Somebody&) = delete;

  [[nodiscard]] ListenAddress at() const {
    return {net::ip::address_v4::loopback(), acceptor_.local_endpoint().port()};
  }

 private:
  void answer() {
    tcp::socket client = acceptor_.accept();
    std::string head;
    net::read_until(client, net::dynamic_buffer(head), "\r\n\r\n");
    net::write(client, net::buffer("HTTP/1.1 200 OK\r\n\r\n" + body_));
  }

  net::io_context context_;
  tcp::acceptor acceptor_{context_, {net::ip::address_v4::loopback(), 0}};
  std::string body_;
  std::thread thread_;
};

TEST(AddressesCheck, TellsAFreeAddressAndTakesNothingOfIt) {
  ListenAddress free;
  {
    const Somebody gone{""};
    free = gone.at();
  }
  EXPECT_THAT(judged(try_address(free, test::patience())), HasSubstr(" is free"));
  EXPECT_EQ(try_address(free, test::patience()).error, 0) << "again";
  EXPECT_THAT(judged(try_address(address("127.0.0.1:0"), test::patience())), HasSubstr("any free port"));
}

TEST(AddressesCheck, TellsACurtFromAnotherProcess) {
  const Somebody curt{R"({"status":"up","version":"9.9","components":{"database":{},"visits":{}}})"};
  const AddressFacts facts = try_address(curt.at(), test::patience());
  EXPECT_THAT(judged(facts), AllOf(HasSubstr("note: a curt runs on"), HasSubstr("version 9.9, up")));
  EXPECT_THAT(judged(facts, Answerer::Kind::unknown),
              AllOf(HasSubstr("error: another `curt serve` listens on"), HasSubstr("ss -ltnp")));
  const Somebody worker{R"({"status":"up","version":"9.9","components":{"database":{},"stream":{}}})"};
  const AddressFacts worker_facts = try_address(worker.at(), test::patience());
  EXPECT_THAT(judged(worker_facts), HasSubstr("error: another `curt worker` listens on"));
  EXPECT_THAT(judged(worker_facts, Answerer::Kind::worker), HasSubstr("note: a curt runs on"));
  const Somebody strange{R"({"status":1,"version":2,"components":[]})"};
  EXPECT_THAT(judged(try_address(strange.at(), test::patience())), HasSubstr("error: another process"));
  const Somebody other{"<html>"};
  EXPECT_THAT(judged(try_address(other.at(), test::patience()), Answerer::Kind::unknown),
              AllOf(HasSubstr("error: another process listens on"), HasSubstr("ss -ltnp")));
  const Somebody silent{""};
  EXPECT_THAT(judged(try_address(silent.at(), std::chrono::milliseconds{50})),
              HasSubstr("error: another process"));
}

TEST(AddressesCheck, SaysWhyAnAddressCannotBeTaken) {
  AddressFacts facts;
  facts.address = address("192.0.2.1:80");
  facts.error = EACCES;
  EXPECT_THAT(judged(facts), AllOf(HasSubstr("error: this user may not"), HasSubstr("CAP_NET_BIND_SERVICE")));
  facts.error = EADDRINUSE;
  EXPECT_THAT(judged(facts, Answerer::Kind::serve, "CURT_METRICS_LISTEN"),
              HasSubstr("names it; CURT_METRICS_LISTEN can name another port"));
  EXPECT_THAT(judged(try_address(facts.address, test::patience())),
              AllOf(HasSubstr("error: cannot listen on 192.0.2.1:80"), HasSubstr("ip addr")));
}

TEST(AddressesCheck, SaysWhoReachesTheService) {
  EXPECT_THAT(reach("127.0.0.1:8080", "http://localhost:8080"),
              AllOf(HasSubstr("ok: only this machine reaches 127.0.0.1:8080"), Not(HasSubstr("warning"))));
  EXPECT_THAT(reach("0.0.0.0:8080", "https://go.example.com"),
              AllOf(HasSubstr("ok: links need an API key: 0.0.0.0:8080 is reached from other machines"),
                    HasSubstr("ok: short URLs begin"), Not(HasSubstr("warning"))));
}

TEST(AddressesCheck, SaysWhoMayDoWhat) {
  Settings settings = default_settings();
  settings.listen = {address("0.0.0.0:8080")};
  settings.base_url = "https://go.example.com";
  settings.public_shorten = true;
  EXPECT_THAT(reach_of(settings),
              HasSubstr("note: everybody who reaches 0.0.0.0:8080 can create links (CURT_"));
  settings.public_aliases = true;
  EXPECT_THAT(reach_of(settings), HasSubstr("can create links and choose their codes (CURT_"));
  settings.allow_open = true;
  EXPECT_THAT(reach_of(settings), AllOf(HasSubstr("warning: anybody who reaches 0.0.0.0:8080 can create"),
                                        HasSubstr("CURT_AUTH=keys asks for them")));
  settings.auth = AuthMode::keys;
  EXPECT_THAT(reach_of(settings), HasSubstr("ok: links need an API key: CURT_AUTH is keys"));
}

TEST(AddressesCheck, TakesAHealthOfOneWordForACurt) {
  const Somebody brief{R"({"status":"degraded"})"};
  EXPECT_THAT(judged(try_address(brief.at(), test::patience()), Answerer::Kind::serve),
              HasSubstr("note: a curt runs on"));
  const Somebody other{R"({"status":"UP"})"};
  EXPECT_THAT(judged(try_address(other.at(), test::patience()), Answerer::Kind::serve),
              HasSubstr("error: another process"));
}

TEST(AddressesCheck, ComparesBaseUrlWithWhatIsListenedOn) {
  EXPECT_THAT(reach("0.0.0.0:8080", "http://localhost:8080"),
              HasSubstr("leads each visitor to his own machine"));
  EXPECT_THAT(reach("127.0.0.1:9090", "http://localhost:8080"), HasSubstr("nobody listens on that port"));
  EXPECT_THAT(reach("127.0.0.1:80", "http://localhost"), HasSubstr("ok: short URLs"));
  EXPECT_THAT(reach("0.0.0.0:80", "http://go.example.com"),
              HasSubstr("warning: short URLs begin with http://"));
  for (const char* inside :
       {"http://curt", "http://10.1.2.3", "http://go.internal", "http://printer.local"}) {
    EXPECT_THAT(reach("0.0.0.0:80", inside), HasSubstr("ok: short URLs")) << inside;
  }
  EXPECT_THAT(reach("127.0.0.1:8080", "https://go.example.com"),
              AllOf(HasSubstr("only through a proxy"), HasSubstr("CURT_TRUSTED_PROXIES=127.0.0.1")));
  EXPECT_THAT(reach("127.0.0.1:8080", "https://go.example.com", "127.0.0.1"),
              Not(HasSubstr("CURT_TRUSTED_PROXIES")));
}

TEST(AddressesCheck, WarnsOfTrustInEverybody) {
  EXPECT_THAT(reach("0.0.0.0:80", "https://go.example.com", "0.0.0.0/0"), HasSubstr("believed of everybody"));
  EXPECT_THAT(reach("0.0.0.0:80", "https://go.example.com", "10.0.0.0/8"), Not(HasSubstr("believed")));
  Settings settings = default_settings();
  settings.cors_origins = {"*"};
  EXPECT_THAT(reach_of(settings), HasSubstr("warning: pages of any site"));
}

TEST(AddressesCheck, WarnsOfManagingLinksThroughAProxyOfThisMachine) {
  Settings settings = default_settings();
  settings.base_url = "https://go.example.com";
  EXPECT_THAT(reach_of(settings), AllOf(HasSubstr("ok: only this machine reaches 127.0.0.1:8080\n"),
                                        HasSubstr("ok: links need an API key: https://go.example.com")));
  settings.allow_open = true;
  EXPECT_THAT(
      reach_of(settings),
      AllOf(HasSubstr("warning: only this machine reaches 127.0.0.1:8080, but CURT_ALLOW_OPEN is true: "
                      "anybody who comes through a proxy on this machine can create and change links"),
            HasSubstr("-> leave CURT_ALLOW_OPEN unset"), Not(HasSubstr("ok: only"))));
}

}  // namespace
}  // namespace curt::app

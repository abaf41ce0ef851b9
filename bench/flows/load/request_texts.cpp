#include "flows/load/request_texts.hpp"

#include <array>
#include <iterator>

#include <fmt/format.h>

namespace flows {

namespace {

constexpr std::array kBrowsers{
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile "
    "Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
};

constexpr std::array kBots{
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.5.0",
};

constexpr std::string_view kBrowserHeaders =
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Site: none\r\n"
    "Referer: https://social.example/feed\r\n";

}  // namespace

RequestTexts::RequestTexts(std::string_view host, std::string_view api_key, Visitors visitors)
    : visitors_{visitors} {
  for (const char* agent : kBrowsers) {
    browsers_.push_back(
        fmt::format(" HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n{}", host, agent, kBrowserHeaders));
  }
  for (const char* agent : kBots) {
    bots_.push_back(fmt::format(" HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nAccept: */*\r\n", host, agent));
  }
  program_ = fmt::format(" HTTP/1.1\r\nHost: {}\r\nUser-Agent: curt-flows\r\nAccept: */*\r\n", host);
  if (!api_key.empty()) program_ += fmt::format("X-API-Key: {}\r\n", api_key);
}

void RequestTexts::end_head(std::string& text, Persistence persistence, Random& random) const {
  if (persistence == Persistence::closed) text += "Connection: close\r\n";
  if (visitors_.clients != 0) {
    // Networks for tests of devices (RFC 2544, section C.2.2): 198.18.0.0/15.
    const auto client = static_cast<std::uint32_t>(random() % visitors_.clients);
    fmt::format_to(std::back_inserter(text), "X-Forwarded-For: 198.{}.{}.{}\r\n", 18 + (client >> 16U),
                   client >> 8U & 0xffU, client & 0xffU);
  }
  text += "\r\n";
}

void RequestTexts::redirect(std::string& text, std::string_view code, Persistence persistence,
                            Random& random) const {
  const auto& agents = draw(random) < visitors_.bots ? bots_ : browsers_;
  text.assign("GET /").append(code).append(agents[random() % agents.size()]);
  end_head(text, persistence, random);
}

void RequestTexts::create(std::string& text, std::string_view target, std::string_view idempotency_key,
                          Persistence persistence, Random& random) const {
  const std::string body = fmt::format(R"({{"url":"{}"}})", target);
  text.assign("POST /shorten").append(program_);
  fmt::format_to(std::back_inserter(text),
                 "Idempotency-Key: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
                 idempotency_key, body.size());
  end_head(text, persistence, random);
  text += body;
}

void RequestTexts::page(std::string& text, std::string_view path, Persistence persistence,
                        Random& random) const {
  text.assign("GET ").append(path).append(program_);
  end_head(text, persistence, random);
}

}  // namespace flows

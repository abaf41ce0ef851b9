#include "curt/domain/referrer_host.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace curt {
namespace {

using namespace std::string_literals;

/// The name of so many labels "aaa…".
std::string name_of(std::size_t labels, std::size_t length) {
  std::string name;
  for (std::size_t i = 0; i < labels; ++i) name += (i == 0 ? "" : ".") + std::string(length, 'a');
  return name;
}

TEST(ReferrerHost, IsTheHostOfAnAbsoluteUrlOfAnyScheme) {
  EXPECT_EQ(referrer_host("https://news.example.com/a?b#c"), "news.example.com");
  EXPECT_EQ(referrer_host("https://news.example.com"), "news.example.com");
  EXPECT_EQ(referrer_host("http://example.com?q=https://other.example/"), "example.com");
  EXPECT_EQ(referrer_host("https://example.com#https://other.example/"), "example.com");
  EXPECT_EQ(referrer_host("android-app://org.example_1.app/"), "org.example_1.app");
  EXPECT_EQ(referrer_host("chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb/x"),
            "aapbdbdomjkkjkaonfhkkikfgjllcleb");
  EXPECT_EQ(referrer_host("http://localhost:8080/"), "localhost");
}

TEST(ReferrerHost, HasNeitherUserinfoNorPort) {
  EXPECT_EQ(referrer_host("https://user:word@example.com:8443/"), "example.com");
  EXPECT_EQ(referrer_host("https://a@b@example.com/"), "example.com");
  EXPECT_EQ(referrer_host("https://example.com:/"), "example.com");
  EXPECT_EQ(referrer_host("https://example.com/@other.example"), "example.com");
}

TEST(ReferrerHost, IsOneWhateverItsSpelling) {
  for (const char* spelling :
       {"https://www.xn--mnchen-3ya.example/", "HTTPS://WWW.XN--MNCHEN-3YA.EXAMPLE/",
        "https://www.m\xC3\xBCnchen.example", "https://WWW.M\xC3\x9CNCHEN.Example.:443/",
        "https://www.mu\xCC\x88nchen.example/", "https://www.xn--mnchen-3ya.example./x",
        "https://www。münchen．example。/",
        "https://\xEF\xBD\x97\xEF\xBD\x97\xEF\xBD\x97.m\xC3\xBCnchen.example/"}) {
    EXPECT_EQ(referrer_host(spelling), "www.xn--mnchen-3ya.example") << spelling;
  }
}

TEST(ReferrerHost, OfAsciiIsNotHeldAgainstTheUnicodeOfALibrary) {
  EXPECT_EQ(referrer_host("https://xn--99zz9999b.example/"), "xn--99zz9999b.example");
}

TEST(ReferrerHost, MayBeAnAddress) {
  EXPECT_EQ(referrer_host("http://192.0.2.1:8080/"), "192.0.2.1");
  EXPECT_EQ(referrer_host("http://192.0.2.1./"), "192.0.2.1");
  EXPECT_EQ(referrer_host("http://0xC0.0.2.1/"), "192.0.2.1");
  EXPECT_EQ(referrer_host("http://[2001:DB8:0:0::1]:80/"), "[2001:db8::1]");
  EXPECT_EQ(referrer_host("http://[::ffff:192.0.2.1]/"), "[::ffff:c000:201]");
  for (const char* none : {"http://192.0.2.256/", "http://1.2.3.4.5/", "http://a.1/", "http://[2001:db8::1/",
                           "http://[2001:db8::1]x/", "http://[2001:db8::1]x:80/", "http://[::1%25eth0]/",
                           "http://[]/", "http://2001:db8::1/", "http://[example.com]/"}) {
    EXPECT_EQ(referrer_host(none), "") << none;
  }
}

TEST(ReferrerHost, OfWhatNamesNoHostIsEmpty) {
  for (const char* none : {"",
                           "no url",
                           "example.com/",
                           "//example.com/",
                           "/path",
                           "https:example.com",
                           "https:/example.com/",
                           "://example.com/",
                           "1s://example.com/",
                           "ht tp://example.com/",
                           "about:blank",
                           "data:text/html,x",
                           "javascript:alert(1)//x",
                           "https://",
                           "https:///path",
                           "https://?q",
                           "https://:80/",
                           "https://user@/",
                           "file:///etc/passwd",
                           "https://./",
                           "https://../",
                           "https://a..b/",
                           "https://.a/",
                           "https://a../"}) {
    EXPECT_EQ(referrer_host(none), "") << none;
  }
}

TEST(ReferrerHost, OfWhatIsNoHostNameIsEmpty) {
  for (const std::string& none : {"https://<script>alert(1)</script>/"s,
                                  "https://<b>/"s,
                                  "https://a b/"s,
                                  "https://a\tb/"s,
                                  "https://a\\b/"s,
                                  "https://a'b/"s,
                                  "https://a\"b/"s,
                                  "https://a,b/"s,
                                  "https://a;b/"s,
                                  "https://a|b/"s,
                                  "https://a{b}/"s,
                                  "https://a$b/"s,
                                  "https://a*b/"s,
                                  "https://a+b/"s,
                                  "https://a=b/"s,
                                  "https://a!b/"s,
                                  "https://ex%61mple.com/"s,
                                  "https://%6dexample.com/"s,
                                  "https://a%/"s,
                                  "https://-a.example/"s,
                                  "https://a-.example/"s,
                                  "https://example.com:x/"s,
                                  "https://example.com:123456/"s,
                                  "https://example.com:80:80/"s,
                                  "https://a\0b/"s,
                                  "https://\0/"s,
                                  "https://a\x7f/"s,
                                  "https://a\r\nb/"s,
                                  "https://\xC3/"s,
                                  "https://a\xFF.example/"s,
                                  "https://\xED\xA0\x80/"s,
                                  "https://\xC0\xAF/"s,
                                  "https://\xE2\x80\xAE"
                                  "a.example/"s,
                                  "https://m\xC3\xBCn<b>/"s,
                                  "https://m\xC3\xBC.\xEF\xBC\x9C/"s,
                                  "https://\xC2\xAD/"s,
                                  "https://\xEF\xBC\x85"
                                  "41.example/"s}) {
    EXPECT_EQ(referrer_host(none), "") << none;
  }
}

TEST(ReferrerHost, IsNotLongerThanAHostNameCanBe) {
  EXPECT_EQ(referrer_host("https://" + name_of(1, 63) + "/"), name_of(1, 63));
  EXPECT_EQ(referrer_host("https://" + name_of(1, 64) + "/"), "");
  EXPECT_EQ(referrer_host("https://" + name_of(127, 1) + "./"), name_of(127, 1));
  EXPECT_EQ(referrer_host("https://" + name_of(128, 1) + "/"), "");
  EXPECT_EQ(referrer_host("https://" + std::string(1'000'000, 'a') + "/"), "");
  std::string wide;
  for (int i = 0; i < 100'000; ++i) wide += "\xC3\xBC";
  EXPECT_EQ(referrer_host("https://" + wide + "/"), "");
}

/// What may be in the figures, said another way than by the code.
bool is_clean(std::string_view host) {
  if (host.starts_with('[')) return host.find_first_not_of("[]:0123456789abcdef") == std::string_view::npos;
  return host.size() <= 253 && !host.ends_with('.') &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos;
}

void try_any_bytes(std::uint32_t seed) {
  constexpr std::string_view kLikely =
      "aZ09.-_:@[]%/?#\\<> \xC3\xBC\xE3\x80\x82\xF0\x9F\x98\x80\xC2\xAD\xCC\x88";
  std::mt19937 random{seed};
  int hosts = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text = i % 4 == 0 ? "" : i % 4 == 1 ? "https://" : i % 4 == 2 ? "http://xn--" : "http://a@[";
    for (std::size_t length = random() % 24; length > 0; --length) {
      text += random() % 8 == 0 ? static_cast<char>(random() % 256) : kLikely[random() % kLikely.size()];
    }
    const std::string host = referrer_host(text);
    ASSERT_TRUE(is_clean(host)) << text << " " << host;
    if (host.empty()) continue;
    ++hosts;
    ASSERT_EQ(referrer_host("https://" + host + "/"), host) << text;
  }
  EXPECT_GT(hosts, 100);
}

TEST(ReferrerHost, OfAnyBytesIsAHostNameOrEmpty) { try_any_bytes(5); }

}  // namespace
}  // namespace curt

#include "curt/limits/target_policy.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/metric_value.hpp"

namespace curt::limits {
namespace {

class Policy : public ::testing::Test {
 protected:
  /// The stable name of why the target is refused; empty if it is not.
  [[nodiscard]] std::string refusal(std::string_view url, TargetOptions options = {}) {
    const TargetPolicy policy{lists_, options, metrics_};
    const auto error = policy.refusal(TargetUrl::parse(url).value());
    if (!error) return "";
    EXPECT_EQ(error->fields.size(), 1U);
    EXPECT_EQ(error->fields.front().field, "url");
    return std::string{name_of(error->code)};
  }

  Metrics metrics_;
  HostLists lists_{metrics_};
};

TEST_F(Policy, RefusesNothingByItself) {
  for (const char* url : {"https://example.com/", "https://bit.ly/x", "https://аррӏе.com/"}) {
    EXPECT_EQ(refusal(url), "") << url;
  }
}

TEST_F(Policy, RefusesHostsThatAreBlocked) {
  ListedHosts hosts;
  hosts.blocked.add("evil.example", Reach::below);
  lists_.publish(std::move(hosts));
  EXPECT_EQ(refusal("https://www.evil.example/"), "blocked");
  EXPECT_EQ(refusal("https://example.com/"), "");
}

TEST_F(Policy, SeesABlockedHostInEachOfItsSpellings) {
  ListedHosts hosts;
  hosts.blocked.add("xn--bcher-kva.example", Reach::below);
  hosts.blocked.add("xn--1z9h.ws", Reach::below);
  hosts.blocked.add("xn--zz.example", Reach::exact);
  hosts.blocked.add("192.0.2.7", Reach::exact);
  lists_.publish(std::move(hosts));
  for (const char* url :
       {"https://bücher.example/", "https://BÜCHER.EXAMPLE./", "https://bu\u0308cher.example/",
        "https://xn--bcher-kva.example/", "https://XN--BCHER-KVA.example/",
        "https://ｘｎ--bcher-kva.example/", "https://bü\u00ADcher。example/", "https://b%C3%BCcher.example/",
        "https://www.b\nücher.exam\tple/", "\uFEFFhttps://bücher.example", "https://🩷.ws/",
        "https://🩷\uFE0F.ws/", "https://XN--zZ.example/", "http://[::ffff:c000:207]/",
        "http://0xc0.0.0x207/", "http://１９２.0.2.7/"}) {
    EXPECT_EQ(refusal(url), "blocked") << url;
  }
  for (const char* url :
       {"https://bucher.example/", "https://xn--bcher-.example/", "https://a.xn--zz.example/"}) {
    EXPECT_EQ(refusal(url), "") << url;
  }
}

TEST_F(Policy, RefusesShortenersWhereThatIsWanted) {
  const TargetOptions options{.refuse_shorteners = true};
  EXPECT_EQ(refusal("https://bit.ly/x", options), "invalid_value");
  EXPECT_EQ(refusal("https://example.com/", options), "");
}

TEST_F(Policy, RefusesConfusableHostsWhereThatIsWanted) {
  const TargetOptions options{.refuse_confusables = true};
  EXPECT_EQ(refusal("https://аррӏе.com/", options), "invalid_value");
  EXPECT_EQ(refusal("https://pаypal.com/", options), "invalid_value");
  EXPECT_EQ(refusal("https://bücher.example/", options), "");
}

}  // namespace
}  // namespace curt::limits

#include "api/request/stranger.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::api {
namespace {

using http::FetchSite;
using http::Method;
using http::Request;
using testing::HasSubstr;

/// What a service says to strangers that listens on this machine only, unless a test has it otherwise.
class Strangers : public testing::Test {
 protected:
  Strangers() {
    options_.base_url = "https://go.example.com";
    options_.loopback_only = true;
    request_.method = Method::get;
    request_.host = "localhost:8080";
  }

  [[nodiscard]] std::string refusal(Audience audience = Audience::owners) const {
    const auto problem = stranger_refusal(audience, request_, options_);
    return problem ? std::string{problem->code} : "";
  }

  /// As a script of this origin sends it, or one of no origin if that is empty.
  void asked_by(FetchSite site, std::string_view origin) {
    request_.fetch_site = site;
    request_.origin = origin;
  }

  ApiOptions options_;
  Request request_;
};

TEST_F(Strangers, AreNotWhoAsksHere) {
  EXPECT_EQ(refusal(), "");
  request_.host = "go.example.com";
  EXPECT_EQ(refusal(), "");
}

TEST_F(Strangers, ComeThroughAProxyUnlessTheServiceIsOpenToAll) {
  request_.forwarded = true;
  EXPECT_EQ(refusal(), "not_from_this_machine");
  EXPECT_EQ(refusal(Audience::readers), "");
  EXPECT_EQ(refusal(Audience::visitors), "");
  request_.forwarded = false;
  request_.version = 10;
  EXPECT_EQ(refusal(), "not_from_this_machine");
  EXPECT_EQ(refusal(Audience::readers), "");
  request_.forwarded = true;
  options_.allow_open = true;
  EXPECT_EQ(refusal(), "");
  options_.loopback_only = false;
  EXPECT_EQ(refusal(), "");
}

TEST_F(Strangers, HearWhatHappenedAndBothWaysOut) {
  request_.forwarded = true;
  EXPECT_THAT(
      stranger_refusal(Audience::owners, request_, options_)->detail,
      AllOf(HasSubstr("X-Forwarded-*"), HasSubstr("CURT_ALLOW_OPEN=true"), HasSubstr("without the proxy")));
  request_.forwarded = false;
  request_.version = 10;
  EXPECT_THAT(
      stranger_refusal(Audience::owners, request_, options_)->detail,
      AllOf(HasSubstr("HTTP/1.0"), HasSubstr("CURT_ALLOW_OPEN=true"), HasSubstr("without the proxy")));
}

TEST_F(Strangers, AreRefusedByTheProxyFirst) {
  request_.host = "evil.example";
  EXPECT_EQ(refusal(), "misdirected_request");
  EXPECT_EQ(refusal(Audience::readers), "misdirected_request");
  EXPECT_EQ(refusal(Audience::visitors), "");
  request_.forwarded = true;
  EXPECT_EQ(refusal(), "not_from_this_machine") << "to set CURT_BASE_URL would not help";
}

TEST_F(Strangers, ArePagesOfOtherSitesWhereverTheServiceListens) {
  for (const bool loopback_only : {true, false}) {
    options_.loopback_only = loopback_only;
    for (const char* origin : {"", "https://evil.example", "http://localhost:3000", "null"}) {
      asked_by(FetchSite::other, origin);
      EXPECT_EQ(refusal(), "cross_site") << origin;
      EXPECT_EQ(refusal(Audience::readers), "") << origin;
      EXPECT_EQ(refusal(Audience::visitors), "") << origin;
    }
  }
}

TEST_F(Strangers, AreNotOurOwnPages) {
  request_.method = Method::post;
  asked_by(FetchSite::own, "http://localhost:8080");
  EXPECT_EQ(refusal(), "");
  asked_by(FetchSite::own, "https://somewhere.behind.a.proxy");
  EXPECT_EQ(refusal(), "") << "a proxy may give the request another Host";
  asked_by(FetchSite::own, "");
  EXPECT_EQ(refusal(), "");
}

TEST_F(Strangers, AreNotOursForThatTheirNameWasPointedHere) {
  options_.loopback_only = false;
  options_.allow_open = true;
  request_.method = Method::post;
  request_.host = "evil.example:8080";
  asked_by(FetchSite::untold, "http://evil.example:8080");
  EXPECT_EQ(refusal(), "cross_site");
  request_.host = "10.0.0.5:8080";
  asked_by(FetchSite::untold, "http://10.0.0.5:8080");
  EXPECT_EQ(refusal(), "");
  asked_by(FetchSite::untold, "https://go.example.com");
  EXPECT_EQ(refusal(), "");
}

TEST_F(Strangers, AreCheckedByNameOnThisMachineThoughItIsOpen) {
  options_.allow_open = true;
  request_.host = "other.example.com";
  EXPECT_EQ(refusal(), "misdirected_request");
}

TEST_F(Strangers, AreKnownByTheirOriginInAnOlderBrowser) {
  request_.method = Method::post;
  for (const char* own : {"", "http://localhost:8080", "http://LOCALHOST:8080", "https://localhost:8080",
                          "https://go.example.com", "https://Go.Example.com"}) {
    asked_by(FetchSite::untold, own);
    EXPECT_EQ(refusal(), "") << own;
  }
  for (const char* other : {"https://evil.example", "http://localhost", "http://localhost:80801",
                            "http://go.example.com", "null", "localhost:8080", "https://"}) {
    asked_by(FetchSite::untold, other);
    EXPECT_EQ(refusal(), "cross_site") << other;
  }
}

TEST_F(Strangers, AreNotOriginsThatMayAsk) {
  options_.cors_origins = {"https://app.example", "http://localhost:3000"};
  for (const FetchSite site : {FetchSite::other, FetchSite::untold}) {
    for (const std::string& allowed : options_.cors_origins) {
      asked_by(site, allowed);
      EXPECT_EQ(refusal(), "") << allowed;
    }
    asked_by(site, "https://evil.example");
    EXPECT_EQ(refusal(), "cross_site");
  }
  asked_by(FetchSite::other, "");
  EXPECT_EQ(refusal(), "cross_site") << "a page that cannot read the answer does not say who it is";
  options_.cors_origins = {"*"};
  EXPECT_EQ(refusal(), "");
  asked_by(FetchSite::other, "null");
  EXPECT_EQ(refusal(), "");
}

TEST_F(Strangers, AreNotUsersWhoFollowALinkToHere) {
  asked_by(FetchSite::other, "");
  request_.opens_page = true;
  for (const Method method : {Method::get, Method::head}) {
    request_.method = method;
    EXPECT_EQ(refusal(), "");
  }
  for (const Method method : {Method::post, Method::patch, Method::delete_}) {
    request_.method = method;
    EXPECT_EQ(refusal(), "cross_site") << "a form of another site";
  }
}

}  // namespace
}  // namespace curt::api

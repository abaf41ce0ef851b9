#include <string>

#include <gtest/gtest.h>

#include "curt/visits/bots/bot_detector.hpp"

// Names of carriers, apps, devices and programs that have a bot's word in them.

namespace curt::visits {
namespace {

const BotDetector& detector() {
  static const BotDetector instance;
  return instance;
}

TEST(BotDetectorNames, TakesTheCarrierInAFacebookAppsNameForNoAddress) {
  for (const char* carrier : {"Telekom.de", "Vodafone.de", "A1.net", "Security Mobile", "Monitor"}) {
    const std::string knows = std::string{";FBCR/"} + carrier + ";FBID/phone;FBLC/de_DE;FBOP/5]";
    const std::string app =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) "
        "Mobile/14E304 [FBAN/FBIOS;FBAV/91.0.0.41.73;FBSV/10.3.1";
    EXPECT_FALSE(detector().is_bot(app + knows)) << carrier;
    EXPECT_TRUE(detector().is_bot(app + knows + " LinkChecker/1.0")) << carrier;
  }
}

TEST(BotDetectorNames, TakesADomainInABrowsersWindowForTheNameOfAnApp) {
  const std::string window =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Mobile/15E148";
  for (const char* app : {" Trip.com/8.0", " Mail.Ru/14", " monday.com/1.0", " draw.io/22",
                          " AmazonWebView/Amazon.com/26.1", " [Booking.com App]", " web.de"}) {
    EXPECT_FALSE(detector().is_bot(window + app)) << app;
    EXPECT_TRUE(detector().is_bot(std::string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64)"} + app)) << app;
  }
}

TEST(BotDetectorNames, TakesTheModelOfADeviceForNoBotWhateverItsMakerCallsIt) {
  for (const char* model : {"Zebra TC57 Scanner", "LG Smart Monitor", "Monitor-7", "Robot T1", "SPIDER",
                            "AGM Fetch", "Security Phone", "Crawler X Build/TP1A.220624.014",
                            "Check-Up (2022); wv", "en-us; Spider Build/FRF91"}) {
    const std::string device =
        std::string{"Mozilla/5.0 (Linux; Android 10; "} + model +
        ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36";
    EXPECT_FALSE(detector().is_bot(device)) << device;
    EXPECT_TRUE(detector().is_bot(device + " (compatible; Tool/2.1; +http://tool.example)")) << device;
    EXPECT_TRUE(detector().is_bot(device + "; Bytespider")) << device;
  }
  for (const char* model : {"Googlebot/2.1", "compatible; Tool", "+https://tool.example", "tool@tool.example",
                            "Pixel 2 Build/OPD3.170816.012; Storebot-Google/1.0"}) {
    const std::string crawler =
        std::string{"Mozilla/5.0 (Linux; Android 10; "} + model +
        ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36";
    EXPECT_TRUE(detector().is_bot(crawler)) << crawler;
  }
  EXPECT_TRUE(detector().is_bot("Mozilla/5.0 (Linux; Android 10; Spider)")) << "it has no engine";
}

TEST(BotDetectorNames, TakesTheModelThatAnAppTellsForNoBotAlsoWhereItIsCutOff) {
  const std::string window =
      "Mozilla/5.0 (Linux; Android 14; K; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
      "Chrome/126.0.6478.71 Mobile Safari/537.36";
  const std::string instagram =
      " Instagram 338.0.0.29.94 Android (34/14; 480dpi; 1080x2130; AGM; Robot T1; s5";
  EXPECT_FALSE(detector().is_bot(window + instagram));
  EXPECT_FALSE(detector().is_bot(window + instagram + "; de_DE; 615161393)"));
  EXPECT_TRUE(detector().is_bot(window + instagram + ") Robot"));
  EXPECT_FALSE(
      detector().is_bot(window + " Telegram-Android/10.14.5 (Zebra TC57 Scanner; Android 14; SDK 34)"));
}

TEST(BotDetectorNames, TakesProgramsAgainstVirusesAndAppsInABrowserForPeople) {
  const std::string browser =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
      "Safari/537.36";
  for (const char* more : {" (Kaspersky Security Cloud)", " Zscaler Client", " SecurityBrowser/1.0",
                           " Sophos Web Control", " Feedly/96.0", " GooglePodcasts", " BuzzFeed/2024.1",
                           " Fetch Rewards/3.2", " Mastodon/2024.3", " (Smart Monitor)"}) {
    EXPECT_FALSE(detector().is_bot(browser + more)) << more;
  }
  for (const char* more :
       {" Security Scanner/2", " SecurityCheck", " Zscaler URL Filter", " FeedFetcher", " SiteFetch/1.0",
        " Fetch/2", " Monitor/1.0", " Uptime Monitor 2.1", " Scanner/1.1", " WebScanner", " Site Monitoring",
        " Embedly/0.2", " Hornetsecurity ATP"}) {
    EXPECT_TRUE(detector().is_bot(browser + more)) << more;
  }
  for (const char* more : {" Zscaler", " Feedly/96.0", " Mastodon/2024.3", " Acme Security"}) {
    EXPECT_TRUE(detector().is_bot(std::string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64)"} + more)) << more;
  }
}

TEST(BotDetectorNames, TakesABrowsersNameWithAnotherVersionAtItsEndForAMailService) {
  const std::string fetcher =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 "
      "Safari/537.36 Edge/12.246";
  EXPECT_TRUE(detector().is_bot(fetcher + " Mozilla/5.0"));
  EXPECT_FALSE(detector().is_bot(fetcher));
}

TEST(BotDetectorNames, TakesAPhoneOrATelevisionWithTwoNamesForAPerson) {
  for (const char* user_agent :
       {"Mozilla/5.0 (Linux; Android 5.1; GN8001 Build/LMY47D; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/55.0.2883.91 Mobile Safari/537.36 Mozilla/5.0 (Linux; U; Android 5.1; zh-cn; "
        "GiONEE-GN8001/GN8001 Build/IMM76D) AppleWebKit534.30(KHTML,like Gecko)Version/4.0 Mobile",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2272.101 "
        "Safari/537.36 Mozilla/5.0 (X11; U; Linux i686; de-DE) AppleWebKit/533.4 (KHTML, like Gecko) "
        "Chrome/5.0.375.127 Large Screen Safari/533.4 GoogleTV/162671",
        "Mozilla/5.0 (Java; U; Pt-br; samsung-gt-b6520) AppleWebKit/530.13 (KHTML, like Gecko) "
        "UCBrowser/8.5.0.185/82/405/UCWEB Mobile, SAMSUNG-GT-B6520/1.0 Mozilla/4.0 UNTRUSTED/1.0",
        "Mozilla/5.0 (Symbian; U; de-DE) AppleWebKit/534.3 (KHTML, like Gecko) Mozilla/5.0 (iPhone; U; CPU "
        "iPhone OS 6_1 like Mac OS X; en-us) AppleWebKit/528.18 (KHTML, like Gecko) SD /4.0 Mobile/7A341",
        "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.7.5) Gecko/20041107 Mozilla/5.0"}) {
    EXPECT_FALSE(detector().is_bot(user_agent)) << user_agent;
  }
}

TEST(BotDetectorNames, TakesAProcessOfAnApplesSystemForABotAlsoOneThatIsNamedAfterTheEngine) {
  for (const char* user_agent :
       {"com.apple.WebKit.Networking/8617.1.17.10.9 Network/3826.300.41",
        "com.apple.WebKit.Networking/21624.2.5.11.4 Network/5812.121.1 macOS/26.5.1",
        "com.apple.WebKit.Networking/8613.3.9.0.16 CFNetwork/1335.0.3 Darwin/21.6.0",
        "com.apple.WebKit.WebContent/8617.1.17.10.9 Network/3826.300.41", "com.apple.WebKit/8617.1.17",
        "com.apple.geod/1077.0.18 Network/3826.300.41", "com.apple.Safari.SearchHelper/20617 Network/3826",
        "com.apple.mobilesafari/8617 Network/3826"}) {
    EXPECT_TRUE(detector().is_bot(user_agent)) << user_agent;
  }
  EXPECT_FALSE(detector().is_bot(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Mobile/15E148 com.apple.news/9.1"));
}

}  // namespace
}  // namespace curt::visits

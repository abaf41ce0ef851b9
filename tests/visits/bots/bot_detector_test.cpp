#include "curt/visits/bots/bot_detector.hpp"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/visits/ring/request_record.hpp"

namespace curt::visits {
namespace {

const BotDetector& detector() {
  static const BotDetector instance;
  return instance;
}

// A user agent a line; # begins a comment.

constexpr std::string_view kPeople = R"(
# Browsers of desktops
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15
Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0
Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0 Safari/605.1.15 Epiphany/605.1
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 YaBrowser/24.4.0.0 Yowser/2.5 Safari/537.36
Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8
w3m/0.5.3+git20230121
Mozilla/5.0 (SerenityOS; x86_64) LibWeb+LibJS/1.0 Ladybird/1.0
Mozilla/5.0 (SerenityOS; x86_64) Ladybird/1.0
# Browsers of phones, tablets, televisions
Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1
Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0
Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16
Mozilla/5.0 (Linux; U; Android 12; en-US; RMX3501) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.4.2.1307 Mobile Safari/537.36
Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.5) AppleWebKit/537.36 (KHTML, like Gecko) 85.0.4183.93/6.5 TV Safari/537.36
# Names of devices and browsers in which uap-core's expressions, taken alone, see a bot
Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_S) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 7.0; CUBOT Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0 Mobile Safari
Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/121.4.1 like Chrome/121.0.6167.180 Safari/537.36
Mozilla/5.0 (Linux; U; en-us; KFTT Build/IML74K) AppleWebKit/535.19 (KHTML, like Gecko) Silk/2.0 Safari/535.19 Silk-Accelerated=false
Mozilla/5.0 (Linux; U; Android 2.2; en-us; LG Vortex Build/FRF91) AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1
# Apps' own windows
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.0.41.97;FBBV/600000000;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5;FBSS/3;FBID/phone;FBLC/de_DE]
Mozilla/5.0 (Linux; Android 13; SM-A536B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/468.0.0.59.79;FBCR/OrangeBotswana;]
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 334.0.6.26.97 (iPhone14,7; iOS 17_5_1; de_DE; de; scale=3.00; 1170x2532; 604000000)
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 WhatsApp/2.24
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) WhatsApp/2.2037.6 Chrome/83.0.4103.122 Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/13.15
Mozilla/5.0 (Linux; Android 12; M2007J20CG; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/111.0.5563.116 Mobile Safari/537.36 MicroMessenger/8.0.44.2502(0x28002C35) WeChat/arm64 Weixin NetType/WIFI Language/en ABI/arm64
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/312.0.625545394 Mobile/15E148 Safari/604.1
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_34.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/de Region/DE BytedanceWebview/d8a21c6
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Snapchat/12.80.0.34 (like Safari/8617.2.4.10.8, panda)
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.29
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E219 Twitter for iPhone/10.31
Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E219 [Pinterest/iOS]
Mozilla/5.0 (Linux; Android 13; SM-G991N; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.6099.230 Mobile Safari/537.36 DaumApps/7.6.5 DaumDevice/mobile
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.39.95 Chrome/126.0.6478.127 Electron/31.2.1 Safari/537.36
Mozilla/5.0 (Linux; Android 14; 23021RAA2Y; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.179 Mobile Safari/537.36 Telegram-Android/10.14.5 (Xiaomi 23021RAA2Y; Android 14; SDK 34; AVERAGE)
)";

constexpr std::string_view kBots = R"(
# Search engines and others who read the web
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/130.0.6723.69 Safari/537.36
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.69 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.69 Mobile Safari/537.36 (compatible; GoogleOther)
AdsBot-Google (+http://www.google.com/adsbot.html)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)
Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)
DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot
Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)
ia_archiver
Scrapy/2.11.2 (+https://scrapy.org)
Feedbin feed-id:1033517 - 1000 subscribers
Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Safari/537.36 (compatible; ABot/1.0)
# Those that only uap-core's expressions know
Xenu Link Sleuth/1.3.8
Mozilla/5.0 (X11; Datanyze; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/65.0.3325.181 Safari/537.36
Mozilla/5.0 (Windows NT 6.3; WOW64; Trident/7.0; rv:11.0) like Gecko PTST/1.0
yahooseeker (SAMSUNG)
# Previews of links
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
facebookexternalhit/1.1
meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0
Twitterbot/1.0
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
Slackbot 1.0 (+https://api.slack.com/robots)
Slack-ImgProxy (+https://api.slack.com/robots)
WhatsApp/2.23.20.0
WhatsApp/2.24.13.77 A
TelegramBot (like TwitterBot)
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com
http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/)
Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.social/)
Iframely/1.3.1 (+https://iframely.com/docs/about)
Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)
Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)
Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)
Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots
Synapse (bot; +https://github.com/matrix-org/synapse)
facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984
Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b
# Monitors
Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)
Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)
Mozilla/5.0 (Windows NT 6.2; WOW64) AppleWebKit/537.4 (KHTML, like Gecko) Chrome/98 Safari/537.4 (StatusCake)
Site24x7
Uptime-Kuma/1.23.11
Better Uptime Bot Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0
Datadog/Synthetics
GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)
Amazon-Route53-Health-Check-Service (ref 8f9b4c1d; report http://amzn.to/1vsZADi)
ELB-HealthChecker/2.0
kube-probe/1.29
Blackbox Exporter/0.25.0
Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse
# Scanners
Barracuda Sentinel (EE)
Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)
Mozilla/5.0 zgrab/0.x
Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)
# Libraries and tools
curl/7.88.1
Wget/1.21.3
Wget2/2.1.0
HTTPie/3.2.2
python-requests/2.31.0
Python-urllib/3.11
Python/3.11 aiohttp/3.9.1
python-httpx/0.27.0
Go-http-client/2.0
Java/17.0.9
Java-http-client/21.0.2
okhttp/4.12.0
Apache-HttpClient/4.5.14 (Java/17.0.9)
axios/1.7.2
node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
node
undici
got (https://github.com/sindresorhus/got)
Deno/1.44.0
Bun/1.1.12
libwww-perl/6.68
Ruby
GuzzleHttp/7
reqwest/0.12.4
Dart/3.4 (dart:io)
PostmanRuntime/7.39.0
Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4412
MyApp/1 CFNetwork/1494.0.7 Darwin/23.4.0
Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36
Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1
)";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  return lines;
}

TEST(BotDetector, TakesBrowsersForPeopleAlsoThoseOfAppsAndOfOddlyNamedDevices) {
  for (const std::string& user_agent : lines_of(kPeople))
    EXPECT_FALSE(detector().is_bot(user_agent)) << user_agent;
}

TEST(BotDetector, KnowsSpidersPreviewsMonitorsScannersAndTools) {
  for (const std::string& user_agent : lines_of(kBots))
    EXPECT_TRUE(detector().is_bot(user_agent)) << user_agent;
}

TEST(BotDetector, TakesAUserAgentThatSaysNothingForAPerson) {
  for (const char* user_agent : {"", "-", "~", "(((("})
    EXPECT_FALSE(detector().is_bot(user_agent)) << user_agent;
}

TEST(BotDetector, TakesWhatHasNothingOfABrowserForABot) {
  for (const char* user_agent :
       {"some-tool/1.0", "Tool", "123", "Mozilla/5.0", "Mozilla/5.0 (Tool/1.0)", "Mozilla/5.0 Tool",
        "Tool (linux; amd64)", "Chrome", "The Tool of Somebody"}) {
    EXPECT_TRUE(detector().is_bot(user_agent)) << user_agent;
  }
}

TEST(BotDetector, TakesABrowserThatSaysWhereToComplainOrWhoSentItForABot) {
  const std::string browser =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
  EXPECT_FALSE(detector().is_bot(browser));
  for (const char* more : {" (+https://tool.example/)", " tool@tool.example", " (+tool.com)",
                           " (via tool.com)", " (Tool; www.tool.example)", "; Tool-User/1.0", " ToolBot/2",
                           " LinkChecker", " UrlPreview/1", " ToolMonitor", " (compatible; Tool)"}) {
    EXPECT_TRUE(detector().is_bot(browser + more)) << more;
  }
  EXPECT_TRUE(detector().is_bot("Tool/1.0 " + browser));
  for (const char* more : {" Tool/1.0", " Tool/1.0 [de_DE]", " com.example.tool/1.0", " (Tool ios@1.2.3)"}) {
    EXPECT_FALSE(detector().is_bot(browser + more)) << more << ": browsers and apps have names, too";
  }
}

TEST(BotDetector, HasRoomForEveryExpressionThatItWasBuiltWith) {
  EXPECT_THAT(detector().refused(), testing::IsEmpty())
      << "the installed uap-core has an expression that RE2 does not take";
}

TEST(BotDetector, LooksAtNoMoreThanARecordKeeps) {
  std::string filler = "Mozilla/5.0 (X11; Linux x86_64) ";
  filler.resize(RequestRecord::kMaxUserAgent, 'x');
  EXPECT_TRUE(detector().is_bot(filler.substr(0, RequestRecord::kMaxUserAgent - 9) + " Abot/1.0"));
  EXPECT_FALSE(detector().is_bot(filler + " Abot/1.0"));
  EXPECT_FALSE(detector().is_bot(std::string(1'000'000, '(')));
}

TEST(BotDetector, TakesAnyBytes) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  const std::string browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 ";
  EXPECT_FALSE(detector().is_bot(browser + bytes.substr(0x80) + bytes.substr(0, 0x20)));
  EXPECT_TRUE(detector().is_bot(bytes.substr(0x80, 20) + bytes.substr(0, 20) + "Googlebot/2.1"));
}

}  // namespace
}  // namespace curt::visits

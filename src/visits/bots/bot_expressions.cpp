#include "visits/bots/bot_expressions.hpp"

extern "C" const char curt_spiders_begin[];
extern "C" const char curt_spiders_end[];

namespace curt::visits {
namespace {

constexpr std::string_view kBots[]{
    // How bots name themselves: with a version, with an address for complaints, after a browser's whole name
    R"((?:bot|crawler|spider|scraper|fetcher|validator|archiver)(?:[;,)]|/v?\d|$))",
    R"(\+(?:https?:|mailto:))",
    R"(Safari/[\d.]+ \(compatible;)",
    // Previews of links
    "facebookexternalhit|facebookcatalog|meta-external",
    "^mattermost-|Rocket[.]Chat|Slack-ImgProxy|SkypeUriPreview|^WhatsApp|kakaotalk-scrap|line-poker|vkShare",
    "(?:Mastodon|Pleroma|Akkoma|Misskey|Iframely|Embedly)/|Cardyb|NotionEmbedder|XING-content",
    "(?:link|url|web|site|page) ?preview",
    "Google-(?:PageRenderer|Read-Aloud|InspectionTool|Safety)|GoogleImageProxy|GoogleOther",
    "Mediapartners-Google",
    // Feeds
    "Feed(?:bin|burner|fetcher|ly|parser|press|wind)|FreshRSS|Inoreader|Miniflux|NewsBlur",
    "SimplePie|Tiny Tiny RSS",
    // Monitors
    "UptimeRobot|Uptime-Kuma|Better Uptime|Better Stack|updown[.]io|HetrixTools|Freshping",
    "NodePing|Montastic|jetmon|Pingdom|StatusCake|Site24x7|Catchpoint|Dynatrace|Ruxit|GTmetrix",
    "Checkly|OhDear|NewRelicPinger|Datadog|StackdriverMonitoring|Prometheus/|Blackbox[ -]Exporter",
    "Rackspace Monitoring|Zabbix|check_http/|Route53-Health|ELB-HealthChecker|GoogleHC/|kube-probe/",
    "Cloudflare-(?:Healthchecks|Traffic-Manager)|Chrome-Lighthouse|PageSpeed",
    // Scanners of links and of networks
    "Barracuda Sentinel|Dr[.]Web [^;]*scanner|urlscan|VirusTotal|Netcraft|BitSight|Expanse",
    "CensysInspect|InternetMeasurement|zgrab|Nmap|Nikto|sqlmap|Nuclei|WPScan",
    // HTTP libraries and tools
    "^(?:lib)?curl(?:[/ -]|$)|^Wget2?/|^HTTPie/|^xh/|^aria2/|^(?:Axel|lftp|rclone)[ /]",
    "^ApacheBench/|^hey/|^k6/|^Siege/|^Gatling",
    "^Python|python-(?:requests|httpx)|aiohttp/|urllib3?/|PycURL/|^Mechanize",
    "Go-http-client/|^colly|fasthttp|go-resty",
    "^Java(?:/|-http-client)|okhttp/|Apache-Http(?:Async)?Client|Commons-HttpClient|^Jersey/",
    "^Jetty/|^Vert[.]x|^Ktor|^(?:akka|scalaj|unirest)-|^ReactorNetty|^AHC/",
    "^axios/|^node(?:[-/.]|$)|^undici|^got[ /]|node-fetch|superagent|^Deno/|^Bun/",
    "^libwww-perl|^LWP|^Ruby|^Faraday|^http[.]rb/|^Typhoeus|^PHP|Guzzle|^Symfony|^lua-resty-http",
    "^reqwest/|^hyper/|^ureq/|^Dart/|RestSharp|PowerShell/|^Microsoft BITS|^cpp-httplib",
    "^Boost[.]Beast|^libsoup/|^Postman|^insomnia/|^bruno-runtime",
    R"(CFNetwork/[\d.]+ Darwin/|^Dalvik/[^[]*$)",  // what apps ask for without a window
    // Browsers without a screen
    "Headless|PhantomJS|Puppeteer|Playwright|Selenium|SlimerJS",
};

constexpr std::string_view kInnocents[]{
    R"(\bCUBOT(?:\b|_))",                // a maker of phones
    R"(\bSilk[/-])",                     // Amazon's browser
    R"(\b(?:Agua|LG[- _]?) ?Vortex\b)",  // two phones
    // Windows of apps; a preview has WhatsApp's name in front
    " WhatsApp/|YahooJ?Mobile|jp[.]co[.]yahoo|Daum(?:Apps|Mobile|Device|Mail|Cafe)",
    "Sogou(?:MSE|MobileBrowser|Search)",
};

}  // namespace

std::vector<std::string_view> spider_expressions() {
  const std::string_view text{curt_spiders_begin,
                              static_cast<std::size_t>(curt_spiders_end - curt_spiders_begin)};
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::span<const std::string_view> own_bot_expressions() noexcept { return kBots; }

std::span<const std::string_view> innocent_expressions() noexcept { return kInnocents; }

}  // namespace curt::visits

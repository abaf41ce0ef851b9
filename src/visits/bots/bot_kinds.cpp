#include "visits/bots/bot_expressions.hpp"

namespace curt::visits {
namespace {

constexpr std::string_view kBots[]{
    // How bots name themselves, and how they say where to complain
    R"((?:bots?|crawler|spider)(?:[^a-z]|$)|\brobot)",
    R"(https?:|mailto:|\bwww[.][a-z]|(?:@|\[at\]|\(at\))[\w.-]+[.][a-z]{2})",
    R"((?:[+]|\b(?:via|by) )(?:[a-z0-9-]+[.])*[0-9-]*[a-z][a-z0-9-]*[.](?:com|net|org|io|ai|co|dev|info|eu|de|fr|ru|uk|nl)(?:[^\w.-]|[.]?$))",
    R"(\bcompatible\b)",     // the browsers that say so are innocent
    R"(^[^M].*Mozilla/\d)",  // something before a browser's whole name; phones are innocent
    // The mail services that look at images and links first. Browsers of phones and televisions may have a
    // second name, too; theirs has more than its version, or is not the last.
    R"(AppleWebKit/.* Mozilla/5[.]0$)",
    // Assistants that ask on behalf of somebody
    R"([a-z]-(?:User|Agents?|Assistant|Fetch(?:er)?|Extended|Search)(?:[^\w-]|$))",
    R"(\b(?:ChatGPT|OpenAI|Claude|Anthropic|Perplexity|Mistral(?:AI)?|Cohere|DeepSeek|Copilot|Kagi)-[a-z])",
    R"(\b(?:AI|LLM|MCP|RAG)[ -]?(?:agent|assistant|fetch|search|server|tool|client)|(?:agent|assistant)/v?\d)",
    // What bots do with a page or a link: read, look first, check, watch, keep, copy
    R"(crawl|scrap(?:e|ing|er|y)|harvest|fetch(?:er|ing|[^a-z ]|$| v?\d)|[a-z]fetch|archiv|index(?:er|ing)|aggregat)",
    R"((?:link|url|uri|web|site|page|rich|snippet|media|chat|card|message)[ _-]?preview|previewer)",
    R"(preview[ -]?(?:bot|service|fetch|/)|unfurl|onebox|oembed|open ?graph|og-?(?:fetch|parser|meta|tags))",
    R"(metadata|meta-?(?:inspector|parser|tags?|uri)|unshorten|(?:dead|broken)[ _-]?links?)",
    R"((?:url|link|uri)s?[ _-]?(?:lookup|resolv|expand|extract|follow|scan|check|analy|verif|valid|test|defen[cs]e))",
    R"((?:url|link|uri)s?[ _-]?(?:protect|rewrit|safety|inspect|detect|info|status|trace|grab|filter|reputation|rating))",
    R"(resolver|expander|sniffer|extractor|grabber|detector|collector|matcher|finder|auditor|tester|watcher)",
    R"([a-z]scanner|scanner(?:[^a-z )]|$| v?\d))",
    R"(checker|verifier|optimi[sz]er|inspector|generator|reporter|downloader|parser|mapper)",
    R"(validat(?:e|ion|or)|verif(?:y|ication)|domain[ -]?control|\bDCV\b|let's encrypt|site-?association)",
    R"(scan(?:ning|s|[^a-z]|$)|\bprob(?:e|ing)|probe/|survey|inspect|audit|analy[sz]|analytics|research)",
    R"(check(?:ing|link|up|s|[^a-z]|$)|detect|[a-z]test/|speed ?test|synthetic|benchmark)",
    R"(monitoring|[a-z]-?monitor|monitor(?:[^a-z )-]|$| v?\d))",
    R"(uptime|downtime|watch(?:dog|ing|mouse)|health-?check|\bping(?:s|back)?(?:[^a-z]|$)|heartbeat)",
    R"(screen ?shot|web ?shot|thumb(?:nail|shot|or|s/)|(?:web|site|page)[ -]?(?:snapshot|capture))",
    R"((?:to[ -]?|2)(?:pdf|png|image)|mirror(?:ing)?[/ ]|offline ?explorer|teleport|httrack|download)",
    R"(web ?(?:copier|zip|strip|suck|reaper|snake|grab)|site ?(?:suck|snag|copy))",
    R"((?:image|img|e?mail|photo|media|picture|avatar|asset|link|url|camo|feed|content|security)[ _-]?prox(?:y|ies))",
    R"(mail[ _-]?(?:scan|check|filter|guard|gateway|protect|security)|favicon|icon[ _-]?(?:load|grab))",
    R"(web-?hook|call-?(?:back|out)[-/ s]|\bcron|schedul)",
    R"((?:http|rest|web|api|soap|async|url)s?[ _-]?(?:client|request|library|agent|reader|loader|get)(?:[^a-z]|s|lib|$))",
    R"(http[ -]?lib|httpunit|\bAPI/\d|\bSEO(?:[^a-z]|$)|seo(?:site|audit|check|tool)|site-?map|backlink)",
    R"(rank(?:ing|er|track))",
    // Scanners of links, of mail and of networks
    R"(virus|malware|phish|spam|vulnerab|pen-?test|exploit|threat|sandbox|honeypot|\brecon\b|firewall)",
    R"(security[ _-]?(?:scan|check|head|audit|test|research|monitor|gateway|link|url|atp|prob|analy|respon)|hornetsecurity)",
    R"(safe ?links|safe-?(?:browsing|dns)|proofpoint|mimecast|barracuda|messagelabs)",
    R"(kaspersky lab|fortiguard|cloudmark|vade ?(?:secure|retro)|fire-?eye)",
    R"(trellix|cyren|ironport|retarus|spamexpert|mailguard|cofense|greathorn|avanan)",
    R"(Dr[.]Web|urlscan|netcraft|bitsight|expanse|censys|internetmeasurement|zgrab|masscan|zmap)",
    R"(nmap|nikto|sqlmap|nuclei|wpscan|acunetix|nessus|qualys|rapid7|detectify|shodan|burp|netsparker|openvas|arachni)",
    // Office suites and mail clients, which look at a link before a person opens it
    R"(ms-?office\b|^Microsoft |Microsoft (?:Office|Outlook|Word|Excel|PowerPoint|OneNote|Access|Publisher))",
    R"(Microsoft (?:Visio|Project|Lync|Data Access|URL Control|BITS|WinHTTP|-?CryptoAPI|NCSI)|WebDAV|DavClnt)",
    R"((?:Libre|Open|Only|Soft|Star)[ _-]?Office|Collabora\b|\b(?:Word|Excel|PowerPoint)/\d)",
    R"(Thunderbird|Postbox|Lotus-?Notes|KMail|Claws Mail|The Bat!|Outlook-Express|eM ?Client|Mailbird|Airmail)",
    R"(^Outlook|roundcube|zimbra|\bhorde\b)",
    // Previews of links in messengers, social networks and forums
    R"(facebook(?:externalhit|catalog|platform|scraper)|meta-external|^mattermost|Rocket[.]Chat|Slack-ImgProxy)",
    R"(SkypeUriPreview|^WhatsApp|kakaotalk-scrap|line-poker|vkShare|Cardyb|NotionEmbedder|XING-content)",
    R"((?:Iframely|Embedly)(?:[/ ]|$)|Flarum|phpBB|vBulletin|XenForo|Invision Community|NodeBB|MyBB)",
    R"(Google-(?:PageRenderer|Read-Aloud|InspectionTool|Safety|Site|Structured|Physical|Trust))",
    R"(Google(?:ImageProxy|Other|weblight| Favicon| Search Console| Web Preview)|DuplexWeb|google_partner|Mediapartners)",
    // Feeds
    R"(feeds?[ _-]?(?:fetch|pars|id\b|sync|poll|valid)|subscribers|syndicat)",
    // Monitors
    R"(updown[.]io|HetrixTools|Freshping|Montastic|jetmon|Pingdom|StatusCake|Site24x7|Catchpoint|Dynatrace)",
    R"(Ruxit|GTmetrix|Checkly|OhDear|NewRelic|Datadog|Prometheus/|Blackbox[ -]Exporter|Zabbix)",
    R"(Nagios|Icinga|Route53|GoogleHC/|kube-probe|ThousandEyes|Rigor\b|SpeedCurve|DebugBear|DareBoost)",
    R"(Cloudflare-|Chrome-Lighthouse|Page ?Speed|WebPageTest|DMBrowser|DejaClick|PTST/|YellowLab|sitespeed|phantomas)",
    // HTTP libraries and tools that put a browser's name in front; those that do not look like no browser
    R"(libwww-perl|\blwp\b|lwp-|curl[/ -]|urllib|mechanize|PowerShell|Indy Library|WinInet|WinHTTP|\bPHP/\d)",
    R"(python|aiohttp|okhttp|axios|node-fetch|guzzle|faraday|HttpClient|reqwest|RestSharp|libsoup)",
    R"(Snoopy|Embarcadero|\bJava/\d+[._])",
    R"(CFNetwork/[\d.]+ Darwin/|^Dalvik/[^[]*$)",  // what apps ask for without a window
    // Browsers without a screen
    R"(Headless|Phantom ?JS|Puppeteer|Playwright|Selenium|WebDriver|SlimerJS|CasperJS|HtmlUnit|jsdom|Cypress)",
};

// Apps, devices and programs against viruses have names like these, too, and show them in a browser's window,
// where people read. A window has an engine; what else says these words and has none is a bot.
constexpr std::string_view kBotsWithoutEngine[]{
    R"((?:^|[^\w.])(?:[a-z0-9-]+[.])*[0-9-]*[a-z][a-z0-9-]*[.](?:com|net|org|io|ai|co|dev|info|eu|de|fr|ru|uk|nl)(?:[^\w.-]|[.]?$))",
    "fetch|monitor|scanner|security",
    "symantec|forcepoint|websense|trend ?micro|sophos|fortinet|zscaler|webroot|palo ?alto",
    R"((?:Mastodon|Pleroma|Akkoma|Misskey|Friendica|Lemmy|Pixelfed|Hubzilla|PeerTube|Discourse)(?:[/ ]|$))",
    R"(feeds?(?:[^a-z]|$)|feed ?(?:bin|burner|demon|ly|lr|press|wind|spot|wrangler|flow|reader)|[a-z]feed)",
    R"(\bRSS|RSS\b|Inoreader|Miniflux|NewsBlur|NewsGator|Bloglines|podcast)",
};

}  // namespace

std::span<const std::string_view> kind_expressions() noexcept { return kBots; }

std::span<const std::string_view> engineless_kind_expressions() noexcept { return kBotsWithoutEngine; }

}  // namespace curt::visits

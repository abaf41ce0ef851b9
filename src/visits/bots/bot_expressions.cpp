#include "visits/bots/bot_expressions.hpp"

#include <algorithm>
#include <cstddef>

extern "C" const char curt_spiders_begin[];
extern "C" const char curt_spiders_end[];
extern "C" const char curt_crawlers_begin[];
extern "C" const char curt_crawlers_end[];

namespace curt::visits {
namespace {

constexpr std::string_view kInnocents[]{
    R"(\bCUBOT(?:\b|_))",                // a maker of phones
    R"(\bSilk[/-])",                     // Amazon's browser
    R"(\b(?:Agua|LG[- _]?) ?Vortex\b)",  // two phones
    // Windows of apps; a preview has WhatsApp's name in front
    " WhatsApp/|YahooJ?Mobile|jp[.]co[.]yahoo|Daum(?:Apps|Mobile|Device|Mail|Cafe)",
    "Sogou(?:MSE|MobileBrowser|Search)",
    // Browsers that say what they are compatible with
    R"(compatible[;,]? *(?:MSIE|Konqueror|IBrowse|NetPositive|Opera|OffByOne|ABrowse|AvantGo|Galeon|WebTV|Dillo))",
    R"(compatible[;,]? *(?:iCab|OmniWeb|Netscape|AOL|Amiga|Maxthon|Win|X11|Linux|Android|iP|Mac|U;))",
    R"(^(?:HTC|LGE?|Samsung|SEC|MOT|Nokia|SonyEricsson|Huawei|ZTE|Vodafone|SoftBank|KDDI|DoCoMo)\S* .*?Mozilla/)",
    R"((?:https?://)?(?:www[.])?(?:bsalsa|avantbrowser|abolimba)[.](?:com|de)/?)",  // browsers for Windows
    R"((?:QR|bar|cam)[ _-]?(?:code)?[ _-]?(?:scan(?:ner)?|reader)\b|libwww-FM|test-keys)",
    R"(\b(?:com|org|net|io|de|ru|fr)(?:[.]\w+){2,})",  // apps for Android, as they name themselves
    // The model of a device, which its maker may call anything. A crawler that says its name in this place
    // has a version or an address in it, or says more behind it.
    R"(\bAndroid [\d.]+; (?:[a-z]{2}[-_][a-z]{2}; )?[^;()/:@]*(?:\([^()/:@]*\))?[^;()/:@]*(?:Build/[^;()]*)?(?:; wv)?\) AppleWebKit)",
    R"(\b(?:Instagram [\d.]+ (?:Android )?|Telegram-Android/[\d.]+ )\([^()/:@]*(?:/[^()/:@]*)?(?:\)|$))",
    // What Facebook's apps know of the device and of its carrier: FBCR/Telekom.de
    R"(\bFB\w\w/[^;\]]*)",
};

constexpr std::string_view kEngines[]{
    // No part of a bundle's name: com.apple.WebKit.Networking fetches pages on behalf of apps.
    R"((?:^|[^.])WebKit|KHTML|Gecko/|like Gecko|Trident/|MSIE \d|Presto/|Goanna/|Servo/|LibWeb|Firefox/\d)",
};

// Others have neither an engine nor any of these, whatever else they say.
constexpr std::string_view kBrowsers[]{
    R"(compatible[;,]? *(?:Dillo|Netscape|iCab|WebTV|AvantGo|OffByOne|IBrowse))",
    R"(^Mozilla/\d.*(?:\bWin|\bMac|X11|Linux|OS/2|SunOS|IRIX|SerenityOS|HP-UX|\bAIX|BeOS|Haiku|RISC ?OS|MorphOS|Inferno|QNX))",
    // Televisions, consoles, readers and phones
    R"(PSP|PlayStation|Nintendo|^Wii|Xbox|HbbTV|Smart-?TV|^Roku|NetCast|Web0S|Kindle|^Kobo|^PocketBook|\bnook\b|Palm)",
    R"(Symb(?:ian|OS)|Series ?\d0|BlackBerry|MIDP|CLDC|UP[.](?:Browser|Link)|\bWAP|Obigo|NetFront|Polaris|Teleca)",
    R"(FOMA|WILLCOM|DDIPOCKET|J2ME|\bBREW\b|PDA|Dreamcast|^IAC/|^portalmmm|^emobile)",
    R"(^(?:DoCoMo|KDDI|J-PHONE|Vodafone|SoftBank|Nokia|(?:Sony)?Ericsson|Samsung|SEC-|SGH-|MOT-|MOTO|Siemens|SIE-))",
    R"(^(?:LGE?|HTC|Sharp|Panasonic|Philips|Sagem|Alcatel|ZTE|Huawei|Sanyo|Kyocera|Lenovo|Micromax|Lava|MAUI)[-_/ ])",
    // Browsers with an engine of their own, and apps' windows
    R"(^(?:Opera|Lynx|E?Links|felinks|w3m|Dillo|NetSurf|Midori|Uzbl|Konqueror|iCab|OmniWeb|Sleipnir)(?:[ /(\d-]|$))",
    R"(^(?:Doris|HotJava|Cyberdog|Amaya|Galaxy|NetPositive|IBrowse|Voyager|Emacs-w3m?|edbrowse|browsh)(?:[ /(\d-]|$))",
    R"(^(?:retawq|netrik|chawan|surf|Offpunk|Bunjalloo|Contiki|Minimo|Camino|Arachne|Mothra|Xiino)(?:[ /(\d-]|$))",
    R"(^(?:luakit|vimb|(?:NCSA_)?Mosaic)(?:[ /(\d-]|$))",
    R"(Browser(?:[/ \d]|$)|UCWEB|Amiga|^iTunes|^Instagram \d|FBAN|FB_IAB)",
};

std::vector<std::string_view> lines_between(const char* begin, const char* end) {
  std::string_view text{begin, static_cast<std::size_t>(end - begin)};
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with('#')) lines.push_back(line);
  }
  return lines;
}

}  // namespace

std::vector<std::string_view> spider_expressions() {
  return lines_between(curt_spiders_begin, curt_spiders_end);
}

std::vector<std::string_view> crawler_expressions() {
  return lines_between(curt_crawlers_begin, curt_crawlers_end);
}

std::span<const std::string_view> innocent_expressions() noexcept { return kInnocents; }

std::span<const std::string_view> engine_expressions() noexcept { return kEngines; }

std::span<const std::string_view> browser_expressions() noexcept { return kBrowsers; }

}  // namespace curt::visits

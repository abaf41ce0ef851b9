#include <array>

#include "app/settings/settings_rows.hpp"
#include "app/settings/settings_values.hpp"

namespace curt::app {
namespace {

using S = Settings;

// clang-format off
constexpr std::array kRows{
    // name, group, placeholder, prose, default, min, max, commands, set
    Setting{"listen", kServer, "ADDRESS[,...]",
            "Addresses and ports to listen on, such as 127.0.0.1:8080, [::1]:8080, or :8080 for all of IPv4. "
            "Port 0 is any free one.",
            "127.0.0.1:8080", 0, 0, kServe | kHealth, set_listen},
    Setting{"base_url", kServer, "URL",
            "Where clients reach this service; short URLs begin with it. An international name is shown as xn--…, which is what every "
            "program takes.",
            "http://localhost:8080", 0, 0, kServe | kImport | kExport, set_base_url},
    Setting{"trusted_proxies", kServer, "NETWORK[,...]",
            "Proxies whose X-Forwarded-For and X-Request-Id are believed: addresses or networks such as 10.0.0.0/8.",
            "none", 0, 0, kServe, set_trusted_proxies},
    Setting{"cors_origins", kServer, "ORIGIN[,...]",
            "Origins whose pages may call the API from a browser, such as https://app.example.com, or * for all.",
            "none", 0, 0, kServe, set_cors_origins},
    Setting{"root_redirect", kServer, "URL",
            "Where GET / leads, instead of to a small page.",
            "none", 0, 0, kServe, set_root_redirect},
    Setting{"threads", kServer, "N",
            "Threads that answer requests; 0 is one a core.",
            "0", 0, 256, kServe, set_number<&S::threads>},
    Setting{"max_connections", kServer, "N",
            "Connections open at once; more are closed as they come.",
            "10000", 1, 1'000'000, kServe, set_number<&S::max_connections>},

    Setting{"metrics_listen", kServer, "ADDRESS[,...]",
            "Addresses and ports of a listener for /metrics and the whole /health alone, such as 127.0.0.1:9090. The others "
            "then answer /health/live, /health/ready, and /health with one word. No key is asked for there: everybody who "
            "reaches it reads both, and can change nothing.",
            "none", 0, 0, kServe | kHealth, set_metrics_listen},

    Setting{"auth", kAccess, "WORD",
            "Who may create, read and change links: keys (whoever has an API key that is allowed to) or open (everybody). auto "
            "is open where allow_open is true, and where every address of listen and the host of base_url are this machine's own "
            "and no proxy is trusted; elsewhere keys.",
            "auto", 0, 0, kServe, set_auth},
    Setting{"allow_open", kAccess, "BOOL",
            "Let auth be open although other machines reach curt, or a proxy on this one passes requests on: anybody there may "
            "then create and change links.",
            "false", 0, 0, kServe | kWorker, set_bool<&S::allow_open>},
    Setting{"public_shorten", kAccess, "BOOL",
            "Let everybody create links, and do nothing else, without a key. Such a link has no owner.",
            "false", 0, 0, kServe, set_bool<&S::public_shorten>},
    Setting{"public_aliases", kAccess, "BOOL",
            "With public_shorten: let those without a key choose the code.",
            "false", 0, 0, kServe, set_bool<&S::public_aliases>},
    Setting{"admin_key_file", kAccess, "FILE",
            "Holds a key of `curt keys generate`, which is registered at start with the scope admin. One with its id that is "
            "there already, revoked or not, is left as it is.",
            "none", 0, 0, kServe, set_file<&S::admin_key_file>},

    Setting{"limit_create", kLimits, "QUOTA",
            "Requests to create links that a client may send, such as 60/1m, 1000/1h or 20/1s: up to so many at once, and the "
            "same evenly over that time. A client is an API key, or an address where no key is shown; of IPv6 a /64. 0 is no "
            "limit.",
            "0", 0, 0, kServe, set_quota<&S::limit_create>},
    Setting{"limit_api", kLimits, "QUOTA",
            "All requests of the API, those to create links too.",
            "0", 0, 0, kServe, set_quota<&S::limit_api>},
    Setting{"limit_not_found", kLimits, "QUOTA",
            "Lookups of codes that no link ever had. A client that has used them up still gets what is in this process's cache.",
            "0", 0, 0, kServe, set_quota<&S::limit_not_found>},
    Setting{"limit_failed_keys", kLimits, "QUOTA",
            "Requests with an API key that is not good, by address. While they are used up, no key of that address is "
            "judged.",
            "0", 0, 0, kServe, set_quota<&S::limit_failed_keys>},
    Setting{"limit_redirect", kLimits, "QUOTA",
            "Requests of /CODE and /CODE+, by address. Each instance counts by itself.",
            "0", 0, 0, kServe, set_quota<&S::limit_redirect>},

    Setting{"head_timeout", kTimes, "DURATION",
            "Time for the head of a request to arrive.",
            "10s", 10, kHour, kServe, set_duration<&S::head_timeout>},
    Setting{"body_timeout", kTimes, "DURATION",
            "Time for the body of a request to arrive.",
            "30s", 10, kHour, kServe, set_duration<&S::body_timeout>},
    Setting{"idle_timeout", kTimes, "DURATION",
            "How long a connection may wait for its next request.",
            "75s", 10, 24 * kHour, kServe, set_duration<&S::idle_timeout>},
    Setting{"write_timeout", kTimes, "DURATION",
            "Time for a client to take an answer, and a second more for each 10 kB of it.",
            "30s", 10, kHour, kServe, set_duration<&S::write_timeout>},
    Setting{"drain_delay", kTimes, "DURATION",
            "How long connections are still taken when the process is told to stop, while /health/ready says stopping and "
            "every answer closes its connection, so that load balancers turn away in time. auto is 0 where only this machine "
            "reaches the service, else 5s.",
            "auto", 0, kHour, kServe, set_drain_delay},
    Setting{"shutdown_timeout", kTimes, "DURATION",
            "Time for requests in flight to finish, a quarter of it for visits to reach the database, when the process "
            "stops. What is left then, or after 2s where this is less, is cut.",
            "10s", 0, kHour, kServe | kWorker, set_duration<&S::shutdown_timeout>},
    Setting{"redirect_deadline", kTimes, "DURATION",
            "Time to find a link for a redirect; after it the answer is 503.",
            "1s", 10, kMinute, kServe, set_duration<&S::redirect_deadline>},
    Setting{"api_deadline", kTimes, "DURATION",
            "Time for any other request; after it the answer is 503.",
            "5s", 10, 5 * kMinute, kServe, set_duration<&S::api_deadline>},

    Setting{"max_requests", kLoad, "N",
            "Requests whose answers are waited for at once; more are answered 503 at once. What the cache answers is not "
            "counted.",
            "4096", 1, 1'000'000, kServe, set_number<&S::max_requests>},
    Setting{"max_body_bytes", kLoad, "BYTES",
            "Memory for the bodies of requests that are not answered yet; a request above it is answered 503 at once.",
            "64MiB", kMebibyte, kTebibyte, kServe, set_bytes<&S::max_body_bytes>},
    Setting{"max_unsent_bytes", kLoad, "BYTES",
            "Memory for answers that clients do not take; the connection of a client that would take more of it is cut.",
            "256MiB", kMebibyte, kTebibyte, kServe, set_bytes<&S::max_unsent_bytes>},
    Setting{"client_share", kLoad, "PART",
            "The part of the places in the queue before the database that one client address may hold while others wait, such "
            "as 0.25; clients are served in turn then. 0 makes no difference between clients.",
            "0", 0, 1, kServe, set_client_share},

    Setting{"code_length", kLinks, "N",
            "Characters of a generated code. It grows by itself when codes become scarce.",
            "7", 4, 32, kServe | kImport, set_number<&S::code_length>},
    Setting{"blocklist", kLinks, "FILE[,...]",
            "Files and folders of files with hosts to which no link may lead and none redirects: hosts-files, plain domains one "
            "a line, or rules of Adblock. They are followed while the service runs.",
            "none", 0, 0, kTargets, set_files<&S::blocklist>},
    Setting{"allowlist", kLinks, "FILE[,...]",
            "The same with hosts that are not blocked, whatever blocklist says.",
            "none", 0, 0, kTargets, set_files<&S::allowlist>},
    Setting{"allow_only", kLinks, "BOOL",
            "Block every host that is not on the allowlist.",
            "false", 0, 0, kTargets, set_bool<&S::allow_only>},
    Setting{"refuse_shorteners", kLinks, "BOOL",
            "Refuse new links to other URL shorteners, which hide where a link ends. The list is built in.",
            "false", 0, 0, kServe | kImport, set_bool<&S::refuse_shorteners>},
    Setting{"refuse_confusable_hosts", kLinks, "BOOL",
            "Refuse new links to host names that mix scripts, or whose letters look like those of another name. Without it the "
            "API only warns of them.",
            "false", 0, 0, kServe | kImport, set_bool<&S::refuse_confusable_hosts>},
};
// clang-format on

}  // namespace

std::span<const Setting> service_settings() { return kRows; }

}  // namespace curt::app

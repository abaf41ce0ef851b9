#include "app/settings/settings_table.hpp"

#include <algorithm>
#include <array>

#include "app/settings/settings_values.hpp"

namespace curt::app {
namespace {

constexpr std::uint16_t kServe = static_cast<std::uint16_t>(Command::serve);
constexpr std::uint16_t kHealth = static_cast<std::uint16_t>(Command::health);
constexpr std::uint16_t kImport = static_cast<std::uint16_t>(Command::import_links);
constexpr std::uint16_t kExport = static_cast<std::uint16_t>(Command::export_links);
constexpr std::uint16_t kMigrate = static_cast<std::uint16_t>(Command::migrate);
constexpr std::uint16_t kWorker = static_cast<std::uint16_t>(Command::worker);
constexpr std::uint16_t kMaintain = static_cast<std::uint16_t>(Command::maintain);
constexpr std::uint16_t kKeys = static_cast<std::uint16_t>(Command::keys);
constexpr std::uint16_t kLinksOf = static_cast<std::uint16_t>(Command::links);
constexpr std::uint16_t kBlocklist = static_cast<std::uint16_t>(Command::blocklist);
constexpr std::uint16_t kTargets = kServe | kImport | kBlocklist;
constexpr std::uint16_t kStore =
    kServe | kImport | kExport | kMigrate | kWorker | kMaintain | kKeys | kLinksOf;

constexpr std::uint64_t kSecond = 1000;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t kTebibyte = std::uint64_t{1} << 40U;

constexpr std::string_view kServer = "Server";
constexpr std::string_view kAccess = "Access";
constexpr std::string_view kLimits = "Limits of clients";
constexpr std::string_view kTimes = "Time limits";
constexpr std::string_view kLoad = "Load";
constexpr std::string_view kLinks = "Links";
constexpr std::string_view kStorage = "Storage and cache";
constexpr std::string_view kVisits = "Visits";
constexpr std::string_view kLogging = "Logging";

using S = Settings;

// clang-format off
constexpr std::array kTable{
    // name, group, placeholder, prose, default, min, max, commands, set
    Setting{"listen", kServer, "ADDRESS[,...]",
            "Addresses and ports to listen on, such as 127.0.0.1:8080, [::1]:8080, or :8080 for all of IPv4. "
            "Port 0 is any free one.",
            "127.0.0.1:8080", 0, 0, kServe | kHealth, set_listen},
    Setting{"base_url", kServer, "URL",
            "Where clients reach this service; short URLs begin with it.",
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

    Setting{"database_url", kStorage, "URL",
            "The database: sqlite:PATH for one instance, or postgresql://USER:PASSWORD@HOST/NAME for any number of them; "
            "several hosts and libpq's parameters may be named, such as ?target_session_attrs=read-write.",
            "sqlite:data/curt.db", 0, 0, kStore, set_database_url},
    Setting{"database_url_file", kStorage, "FILE",
            "Holds the database's URL, in place of database_url. It is read again for each connection, so that a changed user "
            "or password needs no restart; anything else does.",
            "none", 0, 0, kStore, set_file<&S::database_url_file>},
    Setting{"migrate_database_url", kStorage, "URL",
            "For curt migrate and curt maintain: a direct connection, with the rights to change the schema, where "
            "database_url leads through a pooler or as another user.",
            "none", 0, 0, kMigrate | kMaintain, set_migrate_database_url},
    Setting{"migrate_database_url_file", kStorage, "FILE",
            "Holds that URL, in place of migrate_database_url.",
            "none", 0, 0, kMigrate | kMaintain, set_file<&S::migrate_database_url_file>},
    Setting{"db_readers", kStorage, "N",
            "SQLite: threads that read, beside the one that writes.",
            "2", 1, 64, kServe, set_number<&S::db_readers>},
    Setting{"db_pool_size", kStorage, "N",
            "Postgres: connections of this instance, a thread each.",
            "8", 1, 256, kServe, set_number<&S::db_pool_size>},
    Setting{"db_pool_min", kStorage, "N",
            "Postgres: as many of these connections are made at the start and kept. The others come with need and go after "
            "db_idle_timeout.",
            "1", 0, 256, kServe, set_number<&S::db_pool_min>},
    Setting{"db_connect_timeout", kStorage, "DURATION",
            "Postgres: time to connect, to each host.",
            "2s", 2 * kSecond, kMinute, kStore, set_duration<&S::db_connect_timeout>},
    Setting{"db_statement_timeout", kStorage, "DURATION",
            "Postgres: the server ends a statement that takes longer. Requests have their own deadlines.",
            "5s", 10, kHour, kServe, set_duration<&S::db_statement_timeout>},
    Setting{"db_queue_length", kStorage, "N",
            "Requests that may wait for the database, of each kind (lookups, creates, other changes, lists); creates that are "
            "stored together count as one. More are answered 503 at once.",
            "100", 1, 100'000, kServe, set_number<&S::db_queue_length>},
    Setting{"db_queue_timeout", kStorage, "DURATION",
            "Postgres: a request that has waited this long for a connection is refused, although it has time left.",
            "2s", 10, kMinute, kServe, set_duration<&S::db_queue_timeout>},
    Setting{"db_idle_timeout", kStorage, "DURATION",
            "Postgres: connections that were not used for this long are closed; 0 keeps them.",
            "10m", 0, 24 * kHour, kServe, set_duration<&S::db_idle_timeout>},
    Setting{"db_prepared_statements", kStorage, "BOOL",
            "Postgres: prepare statements. Off behind a pooler in transaction mode such as PgBouncer.",
            "on", 0, 0, kServe | kImport | kExport | kWorker | kMaintain | kKeys | kLinksOf,
            set_bool<&S::db_prepared_statements>},
    Setting{"instances", kStorage, "N",
            "Postgres: how many instances share the database, to warn when their connections exceed its max_connections.",
            "1", 1, 10'000, kServe, set_number<&S::instances>},

    Setting{"redis_url", kStorage, "URL",
            "The cache that instances share, and through which they hear of each other's changes: "
            "redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER], rediss:// for TLS, or unix:PATH.",
            "none", 0, 0, kServe | kImport | kWorker, set_redis_url},
    Setting{"redis_url_file", kStorage, "FILE",
            "Holds Redis' URL, in place of redis_url. It is read again for each connection, as that of the database.",
            "none", 0, 0, kServe | kImport | kWorker, set_file<&S::redis_url_file>},
    Setting{"redis_ca_file", kStorage, "FILE",
            "Certificates that a rediss:// server is checked with, instead of the system's.",
            "none", 0, 0, kServe | kImport | kWorker, set_file<&S::redis_ca_file>},
    Setting{"redis_timeout", kStorage, "DURATION",
            "Time for Redis to answer; after it the database is asked.",
            "50ms", 1, 10 * kSecond, kServe | kImport, set_duration<&S::redis_timeout>},
    Setting{"redis_ttl", kStorage, "DURATION",
            "How long Redis keeps a link that nobody changes.",
            "24h", kSecond, 30 * 24 * kHour, kServe | kImport, set_duration<&S::redis_ttl>},

    Setting{"cache_bytes", kStorage, "BYTES",
            "Memory for links that were asked for, such as 256MiB, an eighth of it at most for codes that lead nowhere; 0 switches "
            "the cache off.",
            "256MiB", 0, kTebibyte, kServe, set_bytes<&S::cache_bytes>},
    Setting{"cache_ttl", kStorage, "DURATION",
            "How long a link is answered from memory before Redis or the database is asked again.",
            "60s", 10, 24 * kHour, kServe, set_duration<&S::cache_ttl>},
    Setting{"negative_ttl", kStorage, "DURATION",
            "The same for codes that lead nowhere.",
            "5s", 0, kHour, kServe, set_duration<&S::negative_ttl>},
    Setting{"stale_max", kStorage, "DURATION",
            "How old a link in memory may be that is answered where neither Redis nor the database answers within 100 ms.",
            "1h", 0, 7 * 24 * kHour, kServe, set_duration<&S::stale_max>},

    Setting{"data_dir", kVisits, "FOLDER",
            "Where this process keeps visits until the database has them: rings in memory-mapped files, and the spool. "
            "Instances on one machine with one database may share it.",
            "data", 0, 0, kServe, set_data_dir},
    Setting{"ring_dir", kVisits, "FOLDER",
            "Where the rings are. auto: in memory, /dev/shm/curt-<uid>, where that outlives the process and is not another "
            "container's, so that no request waits for the disk; otherwise, and with none, in data_dir.",
            "auto", 0, 0, kServe, set_ring_dir},
    Setting{"ring_records", kVisits, "N",
            "Requests that fit into the ring of each thread, 1 KiB each; a power of two.",
            "16384", 64, 1'048'576, kServe, set_power_of_two<&S::ring_records>},
    Setting{"visit_batch_size", kVisits, "N",
            "Visits that are delivered together.",
            "1000", 1, 10'000, kServe, set_number<&S::visit_batch_size>},
    Setting{"visit_batch_interval", kVisits, "DURATION",
            "How long a visit waits for others before it is delivered.",
            "500ms", 1, kMinute, kServe, set_duration<&S::visit_batch_interval>},
    Setting{"spool_bytes", kVisits, "BYTES",
            "Room on the disk for visits that the database has not yet, in each folder. Above it the oldest visits keep only "
            "their counts.",
            "1GiB", kMebibyte, kTebibyte, kServe, set_bytes<&S::spool_bytes>},
    Setting{"visit_stream_length", kVisits, "N",
            "Redis: batches that may wait for a worker in the stream; more wait in the spool.",
            "10000", 1, 10'000'000, kServe, set_number<&S::visit_stream_length>},
    Setting{"visit_stream_bytes", kVisits, "BYTES",
            "Redis: memory that they may take there, and never more than a quarter of Redis' maxmemory.",
            "256MiB", kMebibyte, kTebibyte, kServe, set_bytes<&S::visit_stream_bytes>},
    Setting{"with_worker", kVisits, "BOOL",
            "Redis: apply visits from the stream in this process too, as curt worker does.",
            "false", 0, 0, kServe, set_bool<&S::with_worker>},
    Setting{"worker_listen", kVisits, "ADDRESS[,...]",
            "Addresses and ports where curt worker shows /metrics and /health, such as 127.0.0.1:9090.",
            "none", 0, 0, kWorker, set_worker_listen},
    Setting{"visit_ip", kVisits, "WORD",
            "What is kept of visitors' addresses: truncate (IPv4 to /24, IPv6 to /48) or none.",
            "truncate", 0, 0, kServe, set_visit_ip},
    Setting{"visit_raw_days", kVisits, "DAYS",
            "Postgres: how long single visits are kept, with referrer and user agent; 0 keeps counts only.",
            "7", 0, 3650, kServe | kWorker | kMaintain, set_number<&S::visit_raw_days>},
    Setting{"visit_hourly_days", kVisits, "DAYS",
            "How long the counts of each hour are kept; those of each day are kept for ever.",
            "90", 1, 36'500, kServe | kWorker | kMaintain, set_number<&S::visit_hourly_days>},

    Setting{"log_level", kLogging, "LEVEL",
            "The least of what is logged: trace, debug, info, warn, error or off.",
            "info", 0, 0, kStore | kHealth, set_log_level},
    Setting{"log_format", kLogging, "FORMAT",
            "json or text; auto is text on a terminal, else json.",
            "auto", 0, 0, kStore | kHealth, set_log_format},
    Setting{"access_log", kLogging, "BOOL",
            "Log a line for every request.",
            "on", 0, 0, kServe, set_bool<&S::access_log>},
};
// clang-format on

std::string with_dashes(std::string_view name) {
  std::string text{name};
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

}  // namespace

std::string Setting::flag() const { return "--" + with_dashes(name); }

std::string Setting::variable() const {
  std::string text = "CURT_";
  for (const char c : name) text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::span<const Setting> settings_table() { return kTable; }

const Setting* find_setting(std::string_view name) {
  const auto* found = std::ranges::find(kTable, name, &Setting::name);
  return found == kTable.end() ? nullptr : found;
}

}  // namespace curt::app

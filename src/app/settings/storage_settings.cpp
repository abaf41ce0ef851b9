#include <array>

#include "app/settings/settings_rows.hpp"
#include "app/settings/settings_values.hpp"

namespace curt::app {
namespace {

using S = Settings;

// clang-format off
constexpr std::array kRows{
    // name, group, placeholder, prose, default, min, max, commands, set
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
            "Instances on one machine with one database may share it. curt import puts rejected lines there where it may not "
            "write to their own folder.",
            "data", 0, 0, kServe | kImport, set_data_dir},
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

}  // namespace

std::span<const Setting> storage_settings() { return kRows; }

}  // namespace curt::app

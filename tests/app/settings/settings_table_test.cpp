#include "app/settings/settings_table.hpp"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

/// Values of a setting that are taken and refused.
struct Values {
  std::string name;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

Values duration_up_to(std::string name, std::string most, std::string more) {
  return {std::move(name),
          {"10ms", "1s", std::move(most)},
          {"", "5", "9ms", "-1s", "1.5s", "fast", std::move(more)}};
}

Values quota(std::string name) {
  return {std::move(name),
          {"0", "60/1m", "1000/1h", "20/1s", "1/1d", "1000000/10s"},
          {"", "60", "/1m", "60/", "60/m", "60/1", "0/1m", "-1/1m", "1.5/1m", "60/500ms", "60/1500ms", "60/0",
           "60/25h", "1000001/1h", "100001/1s", "60/1m/1h", "none"}};
}

std::vector<Values> values_of_every_setting() {
  return {
      {"listen",
       {"127.0.0.1:0", "[::1]:8080", "127.0.0.1:1, 127.0.0.1:2", ":1,[::]:1", "[::]:1,127.0.0.1:1",
        ":1,127.0.0.1:2", "127.0.0.1:0,:0"},
       {"", "none", "8080", "localhost:80", "127.0.0.1:1,", "127.0.0.1:1,127.0.0.1:1", "127.0.0.1:99999",
        "127.0.0.1:1,:1", ":1,127.0.0.1:1", "[::]:1,[::1]:1"}},
      {"base_url",
       {"https://go.example.com", "http://[::1]:8080/", "HTTP://A.example:80", "http://10.0.0.1",
        "https://bücher.example"},
       {"", "none", "go.example.com", "ftp://a.example", "http://", "http:///x", "https://a.example/path",
        "https://a.example/?q", "https://a.example/#f", "https://u@a.example", "https://a b",
        "https://a.example:0", "https://a.example:99999", "//a.example", "https://a%20b"}},
      {"allow_open", {"true", "on", "yes", "1", "false", "off", "no", "0"}, {"", "TRUE", "2", "maybe"}},
      {"auth", {"auto", "open", "keys"}, {"", "none", "Open", "key"}},
      {"public_shorten", {"true", "off"}, {"", "maybe"}},
      {"public_aliases", {"true", "off"}, {"", "maybe"}},
      {"admin_key_file", {"none", "", "/run/secrets/curt-admin"}, {}},
      {"metrics_listen",
       {"none", "", "127.0.0.1:0", "[::1]:9090, :9091"},
       {"9090", "localhost:9090", "127.0.0.1:1,", "127.0.0.1:1,127.0.0.1:1", "127.0.0.1:99999"}},
      {"database_url_file", {"none", "", "/run/secrets/database"}, {}},
      {"migrate_database_url_file", {"none", "", "/run/secrets/database"}, {}},
      {"redis_url_file", {"none", "", "/run/secrets/redis"}, {}},
      {"trusted_proxies",
       {"none", "", "10.0.0.0/8", "10.0.0.0/8,::1, fd00::/8"},
       {"proxy", "10.0.0.0/33", "::1,,::2"}},
      {"cors_origins",
       {"none", "", "*", "https://a.example", "https://a.example:444,http://b.example/"},
       {"a.example", "https://a.example/x", "*,https://a.example", "https://*.example", "null"}},
      {"root_redirect",
       {"none", "", "https://example.com/a?b#c", "http://example.com"},
       {"example.com", "javascript:alert(1)", "https://", "https://u:p@example.com/",
        "https://example.com/a b", "https://example.com/\r\nx: y", "/links"}},
      {"threads", {"0", "1", "256"}, {"", "-1", "257", "two", "1.0", " 1", "99999999999999999999"}},
      {"max_connections", {"1", "1000000"}, {"0", "1000001", "1k"}},
      quota("limit_create"),
      quota("limit_api"),
      quota("limit_not_found"),
      quota("limit_failed_keys"),
      quota("limit_redirect"),
      duration_up_to("head_timeout", "1h", "61m"),
      duration_up_to("body_timeout", "1h", "61m"),
      duration_up_to("idle_timeout", "24h", "25h"),
      duration_up_to("write_timeout", "1h", "61m"),
      {"drain_delay", {"auto", "0", "5s", "1h"}, {"", "5", "soon", "61m"}},
      {"shutdown_timeout", {"0", "0s", "1h"}, {"", "5", "61m"}},
      duration_up_to("redirect_deadline", "1m", "61s"),
      duration_up_to("api_deadline", "5m", "301s"),
      {"max_requests", {"1", "1000000"}, {"0", "1000001", "x"}},
      {"max_body_bytes", {"1MiB", "1TiB"}, {"", "0", "1023KiB", "1025GiB"}},
      {"max_unsent_bytes", {"1MiB", "1TiB"}, {"", "0", "1023KiB", "1025GiB"}},
      {"client_share", {"0", "0.25", "0.5", "1"}, {"", "-0.1", "1.1", "25%", "half", "nan", "1e-1"}},
      {"code_length", {"4", "32"}, {"3", "33", "seven"}},
      {"blocklist", {"none", "", "/etc/curt/hosts", "/etc/curt/a, /etc/curt/lists"}, {}},
      {"allowlist", {"none", "", "/etc/curt/allowed"}, {}},
      {"allow_only", {"true", "off"}, {"", "maybe"}},
      {"refuse_shorteners", {"true", "off"}, {"", "maybe"}},
      {"refuse_confusable_hosts", {"true", "off"}, {"", "maybe"}},
      {"database_url",
       {"sqlite:a.db", "sqlite:/var/lib/curt/curt.db", "sqlite:///var/lib/curt/curt.db",
        "postgresql://db/curt", "postgres://u:p@a:1,b:2/curt?target_session_attrs=read-write"},
       {"", "none", "data/curt.db", "sqlite:", "sqlite::memory:", "sqlite://data/curt.db", "postgresql:db",
        "mysql://db"}},
      {"migrate_database_url", {"none", "", "postgresql://db/curt"}, {"sqlite:a.db", "db"}},
      {"db_readers", {"1", "64"}, {"0", "65", "x"}},
      {"db_pool_size", {"1", "256"}, {"0", "257", "x"}},
      {"db_pool_min", {"0", "8"}, {"-1", "257", "x"}},
      {"db_connect_timeout", {"2s", "1m"}, {"", "1999ms", "61s"}},
      duration_up_to("db_statement_timeout", "1h", "61m"),
      {"db_queue_length", {"1", "100000"}, {"0", "100001", "x"}},
      duration_up_to("db_queue_timeout", "1m", "61s"),
      {"db_idle_timeout", {"0", "10ms", "24h"}, {"", "5", "25h"}},
      {"db_prepared_statements", {"on", "off", "true", "false"}, {"", "maybe"}},
      {"instances", {"1", "10000"}, {"0", "10001"}},
      {"redis_url",
       {"none", "", "redis://cache", "redis://cache:6380/3", "unix:/run/redis.sock", "redis://:secret@cache",
        "rediss://u:p%40ss@[::1]:6379/15"},
       {"cache:6379", "http://cache", "redis://", "redis://cache/x", "redis://cache:0", "redis://cache/0?x=1",
        "redis://cache/1234"}},
      {"redis_ca_file", {"none", "", "/etc/ssl/redis.pem"}, {}},
      {"redis_timeout", {"1ms", "10s"}, {"", "5", "0", "11s"}},
      {"redis_ttl", {"1s", "30d"}, {"", "999ms", "31d"}},
      {"cache_bytes", {"0", "1024", "64KiB", "1TiB"}, {"", "-1", "1025GiB", "lots", "1.5GiB"}},
      duration_up_to("cache_ttl", "24h", "25h"),
      {"negative_ttl", {"0", "1h"}, {"", "5", "61m"}},
      {"stale_max", {"0", "7d"}, {"", "5", "8d"}},
      {"data_dir", {"data", "/var/lib/curt"}, {"", "none"}},
      {"ring_dir", {"auto", "none", "", "/dev/shm/curt"}, {}},
      {"ring_records", {"64", "16384", "1048576"}, {"", "32", "100", "2097152"}},
      {"visit_batch_size", {"1", "10000"}, {"0", "10001", "x"}},
      {"visit_batch_interval", {"1ms", "1m"}, {"", "5", "0", "61s"}},
      {"spool_bytes", {"1MiB", "1TiB"}, {"", "0", "1023KiB", "1025GiB"}},
      {"visit_stream_length", {"1", "10000000"}, {"0", "10000001"}},
      {"visit_stream_bytes", {"1MiB", "1TiB"}, {"", "0", "1023KiB", "1025GiB"}},
      {"with_worker", {"on", "off"}, {"", "maybe"}},
      {"worker_listen",
       {"none", "", "127.0.0.1:0", "[::1]:9090, :9091"},
       {"9090", "localhost:9090", "127.0.0.1:1,", "127.0.0.1:1,127.0.0.1:1", "127.0.0.1:99999"}},
      {"visit_ip", {"truncate", "none"}, {"", "full"}},
      {"visit_raw_days", {"0", "3650"}, {"", "-1", "3651"}},
      {"visit_hourly_days", {"1", "36500"}, {"", "0", "36501"}},
      {"log_level", {"trace", "debug", "info", "warn", "error", "off"}, {"", "INFO", "warning", "loud"}},
      {"log_format", {"auto", "json", "text"}, {"", "xml"}},
      {"access_log", {"on", "off", "true", "false"}, {"", "On", "sometimes"}},
  };
}

TEST(SettingsTable, TakesGoodValuesAndRefusesBadOnesOfEverySetting) {
  std::set<std::string, std::less<>> seen;
  for (const auto& [name, good, bad] : values_of_every_setting()) {
    seen.insert(name);
    const Setting* setting = find_setting(name);
    ASSERT_NE(setting, nullptr) << name;
    Settings settings = default_settings();
    for (const std::string& text : good) {
      EXPECT_EQ(setting->set(*setting, text, settings), std::nullopt) << name << " = " << text;
    }
    for (const std::string& text : bad) {
      const Settings before = settings;
      const auto wrong = setting->set(*setting, text, settings);
      EXPECT_TRUE(wrong) << name << " = " << text;
      EXPECT_EQ(wrong.value_or("").substr(0, 1), "\"") << "it quotes what is wrong";
      EXPECT_EQ(wrong.value_or("").find('\n'), std::string::npos) << "it is one line";
      EXPECT_EQ(settings, before) << "a refused value changes nothing";
    }
  }
  for (const Setting& setting : settings_table()) EXPECT_TRUE(seen.contains(setting.name)) << setting.name;
}

TEST(SettingsTable, NamesFlagsAndVariablesAlike) {
  const Setting* setting = find_setting("head_timeout");
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(setting->flag(), "--head-timeout");
  EXPECT_EQ(setting->variable(), "CURT_HEAD_TIMEOUT");
  EXPECT_EQ(find_setting("head-timeout"), nullptr);
  std::set<std::string_view> names;
  for (const Setting& each : settings_table()) EXPECT_TRUE(names.insert(each.name).second) << each.name;
}

}  // namespace
}  // namespace curt::app

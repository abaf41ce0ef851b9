#include "app/wiring/url_now.hpp"

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "curt/base/logged_outage.hpp"
#include "curt/store/postgres/schema/inspection.hpp"
#include "curt/store/postgres/schema/same_place.hpp"

#include "app/settings/settings_urls.hpp"
#include "app/settings/url_file.hpp"

namespace curt::app {
namespace {

/// Why a URL that could be one from the start cannot take the place of another one; empty if it can.
using Objection = std::function<std::string(const std::string& url)>;

/// The URL in a file, as it was when it could be used last.
class UrlInFile {
 public:
  UrlInFile(const UrlFileSetting& setting, std::string file, std::string first, Objection objection)
      : setting_(setting), file_(std::move(file)), objection_(std::move(objection)), url_(std::move(first)) {}

  /// Thread-safe; blocks. One at a time reads the file, so that no older text takes the place of a newer one.
  std::string now() {
    const std::lock_guard lock{mutex_};
    auto read = read_url_file(setting_, file_);
    const std::string why = read ? objection_(*read) : read.error().detail;
    if (why.empty()) {
      url_ = *std::move(read);
      outage_.end();
    } else {
      outage_.begin({{"setting", setting_.name}, {"error", why}});
    }
    return url_;
  }

 private:
  const UrlFileSetting& setting_;
  const std::string file_;
  const Objection objection_;
  LoggedOutage outage_{"the file of a URL cannot be used; the last URL that it held stays in use",
                       "the file of a URL can be used again"};
  std::mutex mutex_;
  std::string url_;
};

/// With another place, links would be split between two databases.
std::string names_another(const std::string& file) {
  return fmt::format("{} names another server or database, which needs a restart", file);
}

/// `curt maintain` has the URL of migrations in the place of the other.
std::string_view setting_of_database(const Settings& settings) {
  return settings.database_url_file == settings.migrate_database_url_file ? "migrate_database_url_file"
                                                                          : "database_url_file";
}

}  // namespace

std::function<std::string()> database_url_now(const Settings& settings) {
  const std::string& file = settings.database_url_file;
  if (file.empty() || settings.uses_sqlite()) return {};
  const auto objection = [file, first = settings.database_url](const std::string& url) -> std::string {
    if (!names_postgres(url)) return names_another(file);
    if (const auto target = store::postgres_target(url); !target) {
      return fmt::format("what {} holds is nothing that libpq takes: {}", file, target.error().detail);
    }
    return store::name_same_place(first, url) ? "" : names_another(file);
  };
  auto url = std::make_shared<UrlInFile>(url_file_setting(setting_of_database(settings)), file,
                                         settings.database_url, objection);
  return [url = std::move(url)] { return url->now(); };
}

std::function<cache::RedisAddress()> redis_address_now(const Settings& settings) {
  const std::string& file = settings.redis_url_file;
  if (file.empty()) return {};
  const auto first = cache::parse_redis_url(settings.redis_url);
  if (!first) return {};
  const auto objection = [file, first = *first](const std::string& url) -> std::string {
    const auto address = cache::parse_redis_url(url);
    if (!address) return fmt::format("what {} holds is no URL of a Redis", file);
    cache::RedisAddress same = first;
    same.user = address->user;
    same.password = address->password;
    return *address == same ? "" : names_another(file);
  };
  auto url =
      std::make_shared<UrlInFile>(url_file_setting("redis_url_file"), file, settings.redis_url, objection);
  return [url = std::move(url), first = *first] {
    const auto address = cache::parse_redis_url(url->now());
    return address ? *address : first;
  };
}

}  // namespace curt::app

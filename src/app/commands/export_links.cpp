#include "curt/app/commands/export_links.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iostream>
#include <system_error>

#include <fmt/format.h>

#include "curt/api/links/link_json.hpp"
#include "curt/base/metrics.hpp"

#include "app/commands/complain.hpp"
#include "app/transfer/fresh_file.hpp"
#include "app/transfer/link_lines.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/run_to_end.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPage = 500;
constexpr std::chrono::minutes kPatience{1};

Error unavailable(std::string why) { return {ErrorCode::unavailable, std::move(why)}; }

std::string last_error() { return std::generic_category().message(errno); }

/// Writes the text and hands it to the operating system.
result<void> write(std::ostream& out, std::string_view text) {
  errno = 0;
  if (out << text << std::flush) return {};
  return unavailable(fmt::format("the links cannot be written: {}", last_error()));
}

/// Whether CSV says all of the link that a redirect depends on.
bool fits_csv(const Link& link) {
  return link.settings == LinkSettings{} && link.tags.empty() && !link.owner;
}

/// Tells what a CSV export leaves behind: a disabled or expired link would come back to life.
void warn_of_losses(std::size_t links) {
  fmt::print(
      stderr,
      "curt export: CSV holds code, url and title only; {} links have more (expiry, status, tags, owner, …) "
      "that is not in "
      "it: --format ndjson keeps it\n",
      links);
}

std::string text_of(const links::LinkPage& page, ExportFormat format, std::string_view base_url) {
  std::string text;
  for (const Link& link : page.links) {
    text += format == ExportFormat::csv ? to_csv_line(link) : api::to_json(link, base_url);
    text += '\n';
  }
  return text;
}

/// A file of this user's alone that takes the place of `path` when it is complete, and leaves nothing behind
/// if it never is. What is no regular file, such as a device or a named pipe, is written to directly.
class OutputFile {
 public:
  explicit OutputFile(const fs::path& path) : final_(path), written_(path), direct_(is_special_file(path)) {
    if (direct_) return;
    // A symbolic link stays one: the file that it names is replaced.
    std::error_code error;
    if (fs::exists(path, error)) final_ = fs::canonical(path, error);
    written_ = final_;
    written_ += ".part";
  }

  ~OutputFile() {
    std::error_code ignored;
    if (!direct_ && file_.is_open()) fs::remove(written_, ignored);
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  result<void> open() {
    const result<void> opened = direct_ ? file_.open_special(written_) : file_.create(written_);
    if (!opened) return refused(opened.error().detail);
    return {};
  }

  [[nodiscard]] std::ostream& stream() { return file_.stream(); }

  /// Gives the file its name, with everything on the disk.
  result<void> complete() {
    if (direct_) return {};
    const result<void> safe = file_.sync();
    if (!safe) return refused(safe.error().detail);
    std::error_code error;
    fs::rename(written_, final_, error);
    if (error) return refused(error.message());
    return {};
  }

 private:
  [[nodiscard]] Error refused(const std::string& why) const {
    return unavailable(fmt::format("{} cannot be written: {}", final_.string(), why));
  }

  fs::path final_;
  fs::path written_;
  bool direct_;
  FreshFile file_;
};

result<void> export_to_file(links::LinkStore& store, const Settings& settings, ExportFormat format,
                            const fs::path& path, net::io_context& context) {
  OutputFile file{path};
  if (auto opened = file.open(); !opened) return opened;
  auto written = run_to_end(context, write_links(store, format, settings.base_url, file.stream()));
  if (!written) return written;
  return file.complete();
}

}  // namespace

awaitable<result<void>> write_links(links::LinkStore& store, ExportFormat format, std::string_view base_url,
                                    std::ostream& out) {
  std::string text;
  if (format == ExportFormat::csv) text.append(kCsvHeader).append("\n");
  links::ListQuery query;
  query.limit = kPage;
  query.sort = links::SortKey::code;
  query.order = links::SortOrder::ascending;
  std::size_t losses = 0;
  do {
    Call call{Deadline::in(kPatience)};
    links::ListQuery copy = query;
    auto page = co_await store.list(call, std::move(copy));
    if (!page) co_return page.error();
    text += text_of(*page, format, base_url);
    losses += static_cast<std::size_t>(
        std::count_if(page->links.begin(), page->links.end(), std::not_fn(fits_csv)));
    result<void> written = write(out, text);
    if (!written) co_return written;
    text.clear();
    query.after = page->next;
  } while (query.after);
  if (format == ExportFormat::csv && losses > 0) warn_of_losses(losses);
  co_return result<void>{};
}

int export_links(const Settings& settings, const ExportCommand& command) {
  // A reader that is gone, as in `curt export | head`, is an error like any other.
  std::signal(SIGPIPE, SIG_IGN);
  const auto fail = [](const Error& error) {
    const std::string cause = error.log.empty() ? "" : fmt::format(" ({})", error.log);
    complain("export", error.detail + cause);
    return 1;
  };
  // Opening would make an empty database, and a wrong path look like one without links.
  if (std::error_code error; settings.uses_sqlite() && !fs::exists(settings.sqlite_path(), error)) {
    return fail(unavailable(fmt::format("there is no database {}", settings.sqlite_path().string())));
  }

  net::io_context context{1};
  Metrics metrics;
  const SystemClock clock;
  const auto database = open_database_patiently(settings, clock, metrics);
  if (!database) return fail(database.error());
  const auto done =
      command.output
          ? export_to_file(*database->store, settings, command.format, *command.output, context)
          : run_to_end(context, write_links(*database->store, command.format, settings.base_url, std::cout));
  return done ? 0 : fail(done.error());
}

}  // namespace curt::app

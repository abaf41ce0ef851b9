#include "curt/app/commands/export_links.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "curt/api/links/link_json.hpp"
#include "curt/base/metrics.hpp"

#include "app/commands/complain.hpp"
#include "app/transfer/writing/link_csv.hpp"
#include "app/transfer/writing/output_file.hpp"
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

/// How a CSV file is to be written; nothing where it is not CSV.
std::optional<CsvUse> use_of(ExportFormat format) {
  if (format == ExportFormat::csv) return CsvUse::to_move;
  if (format == ExportFormat::csv_for_spreadsheets) return CsvUse::to_look_at;
  return std::nullopt;
}

std::vector<ShortCode> codes_of(const links::LinkPage& page) {
  std::vector<ShortCode> codes;
  codes.reserve(page.links.size());
  for (const Link& link : page.links) codes.push_back(link.code);
  return codes;
}

void append_page(std::string& text, const links::LinkPage& page,
                 const std::vector<visits::VisitTotals>& visits, ExportFormat format,
                 std::string_view base_url) {
  const std::optional<CsvUse> csv = use_of(format);
  for (std::size_t i = 0; i < page.links.size(); ++i) {
    if (csv) {
      append_csv_line(text, page.links[i], visits[i], *csv);
    } else {
      api::append_exported_json(text, page.links[i], base_url, visits[i]);
      text += '\n';
    }
  }
}

/// Whether the file is the SQLite database, or one of those beside it.
bool is_of_database(const fs::path& file, const fs::path& database) {
  constexpr std::array kFiles{"", "-wal", "-shm"};
  return std::any_of(kFiles.begin(), kFiles.end(), [&](const char* suffix) {
    std::error_code missing;
    return fs::equivalent(file, database.string() + suffix, missing);
  });
}

result<void> export_to_file(store::Store& store, const Settings& settings, ExportFormat format,
                            const fs::path& path, net::io_context& context) {
  OutputFile file{path};
  if (auto opened = file.open(); !opened) return opened;
  auto written = run_to_end(context, write_links(store, format, settings.base_url, file.stream()));
  if (!written) return written;
  return file.complete();
}

}  // namespace

awaitable<result<void>> write_links(store::Store& store, ExportFormat format, std::string_view base_url,
                                    std::ostream& out) {
  std::string text;
  if (const auto csv = use_of(format)) append_csv_header(text, *csv);
  links::ListQuery query;
  query.limit = kPage;
  query.sort = links::SortKey::code;
  query.order = links::SortOrder::ascending;
  do {
    Call call{Deadline::in(kPatience)};
    links::ListQuery copy = query;
    auto page = co_await store.list(call, std::move(copy));
    if (!page) co_return page.error();
    std::vector<ShortCode> codes = codes_of(*page);
    const auto visits = co_await store.visits().totals(call, std::move(codes));
    if (!visits) co_return visits.error();
    append_page(text, *page, *visits, format, base_url);
    result<void> written = write(out, text);
    if (!written) co_return written;
    text.clear();
    query.after = page->next;
  } while (query.after);
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
  if (command.output && settings.uses_sqlite() && is_of_database(*command.output, settings.sqlite_path())) {
    return fail(unavailable(fmt::format("{} is the database itself", command.output->string())));
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

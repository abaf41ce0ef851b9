#include "curt/app/commands/import_links.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "curt/base/deadline.hpp"
#include "curt/base/logging.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/units.hpp"
#include "curt/cache/redis/protocol/redis_command.hpp"

#include "app/commands/complain.hpp"
#include "app/commands/find_key.hpp"
#include "app/commands/unknown_owners.hpp"
#include "app/folders/folder_trust.hpp"
#include "app/process/stop_wish.hpp"
#include "app/transfer/import_preview.hpp"
#include "app/transfer/import_source.hpp"
#include "app/transfer/link_import.hpp"
#include "app/transfer/progress_bar.hpp"
#include "app/transfer/reading/form/column_choices.hpp"
#include "app/wiring/background_thread.hpp"
#include "app/wiring/host_lists.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/options.hpp"
#include "app/wiring/run_to_end.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {
namespace {

int fail(std::string_view why) {
  complain("import", why);
  return 1;
}

/// A setting that only its part could judge is as one that was judged at once.
int fail(const Error& error) {
  fail(error.detail);
  return error.code == ErrorCode::invalid_value ? 2 : 1;
}

/// Columns of the terminal behind the standard error; nothing if there is none.
std::optional<std::size_t> terminal_width() {
  if (::isatty(STDERR_FILENO) != 1) return std::nullopt;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string describe(const Error& error) {
  return error.log.empty() ? error.detail : fmt::format("{} ({})", error.detail, error.log);
}

using Clock = std::chrono::steady_clock;

/// So that two batches fit into the memory of a small server.
constexpr std::size_t kMostInBatch = 300'000;

/// Beside a service on SQLite, whose writes wait for each transaction, one ends before its visitors notice.
/// Else it is long, since each writes most pages of the indexes of a large table, and not too long for
/// somebody who has pressed Ctrl-C, or for a service that is started meanwhile.
BatchSize batch_size_of(const ImportCommand& command, const store::OpenElsewhere* elsewhere) {
  using namespace std::chrono_literals;
  if (command.batch_size) return *command.batch_size;
  const auto is_shared = [elsewhere] { return elsewhere != nullptr && elsewhere->now(); };
  const auto goal = [is_shared] { return is_shared() ? std::chrono::milliseconds{50} : 3s; };
  return {is_shared() ? 1000U : 10'000U, kMostInBatch, goal};
}

/// Longer than a disk takes for what an import leaves to be synced.
constexpr std::chrono::minutes kSyncPatience{1};

/// What redis_timeout is for requests is too little here: the notice is sent once.
constexpr std::chrono::seconds kRedisPatience{2};

/// Runs the import with a progress bar where there is a terminal.
result<LinkImport::Next> run(LinkImport& import, const ImportSource& source, LinkReader& reader,
                             RejectedLines& rejected, const ImportCommand& command, net::io_context& context,
                             Clock::time_point began) {
  std::optional<ProgressBar> bar;
  if (const auto width = terminal_width(); width && command.progress) bar.emplace(std::cerr, *width);
  const LinkImport::AfterBatch after_batch = [&](const ImportCounts& counts, std::uint64_t bytes) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    if (bar) {
      bar->show({.bytes = bytes, .total_bytes = source.size(), .counts = counts, .elapsed = elapsed});
    }
    return is_stop_asked() ? LinkImport::Next::stop : LinkImport::Next::go_on;
  };
  return run_to_end(context, import.run(reader, rejected, after_batch));
}

/// Gives Redis a moment to be reached.
void await_connection(const cache::RedisClient& redis) {
  const auto end = Clock::now() + kRedisPatience;
  while (!redis.reachability().up && Clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

/// Makes instances forget that codes which have links now were not found. False if Redis did not answer.
bool tell_instances(const SharedCache& shared, net::io_context& context) {
  await_connection(*shared.redis);
  shared.links->tell(links::SharedNotice::forget_absent);
  // One connection answers in order: Redis has taken the notice once it answers what is sent after it.
  cache::RedisCommand ping = cache::make_command(cache::RedisVerb::other, {"PING"});
  const Deadline deadline = Deadline::in(shared.redis->options().timeout);
  return run_to_end(context, shared.redis->ask(std::move(ping), deadline)).has_value();
}

/// Says how long instances may go on as if nothing had been imported.
void warn_of_absent(std::chrono::milliseconds negative_ttl) {
  fmt::print(stderr,
             "Redis could not be told: an instance that was asked for a new alias before may answer 404 for "
             "up to {} (twice CURT_NEGATIVE_TTL)\n",
             format_duration(2 * negative_ttl));
}

/// The audit line of all that was imported. Where an import ends early, also with a batch whose outcome is
/// unknown, it says that.
void audit(const ImportCounts& counts, const ImportSource& source, bool outcome_unknown) {
  if (counts.imported == 0 && !outcome_unknown) return;
  log::info("audit", {{"action", "import"},
                      {"outcome", outcome_unknown ? "unknown" : "done"},
                      {"imported", counts.imported},
                      {"already_there", counts.already_there},
                      {"rejected", counts.rejected},
                      {"from", source.name()},
                      {"by", "user:" + login_of(::getuid())}});
}

void print_summary(const ImportCounts& counts, const RejectedLines& rejected, Clock::duration elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  fmt::print("{} imported, {} already there, {} rejected in {:.2f} s\n", counts.imported,
             counts.already_there, counts.rejected, seconds);
  if (counts.other_domain > 0) fmt::print("{} of other domains were left out\n", counts.other_domain);
  fmt::print("{}", words_on_reserved(counts.reserved));
  if (rejected.are_written()) {
    fmt::print("rejected lines and the reasons are in {}\n", rejected.path().string());
  }
  std::fflush(stdout);
}

std::string how_far(const ImportCounts& counts, const Form& form, bool outcome_unknown) {
  if (counts.through_line == 0) {
    if (counts.imported == 0 && !outcome_unknown) return "nothing was imported";
    return "only a part may have been imported; import again for the rest";
  }
  // JSON may be one line.
  const std::uint64_t links = counts.imported + counts.already_there + counts.rejected + counts.other_domain;
  const std::string done = form.kind == Form::Kind::json
                               ? fmt::format("the first {} links are done", links)
                               : fmt::format("what lines 1 to {} asked for is done", counts.through_line);
  return done + "; import again for the rest";
}

/// Names what the text has and no link can take over, so that nobody believes that it came along.
void tell_left_out(const Form& form) {
  const std::string names = names_left_out(form);
  if (!names.empty()) fmt::print(stderr, "curt import: left out: {}\n", names);
}

/// Names the links that nobody would miss else.
void tell_passed_over(const LinkReader& reader) {
  const std::string names = reader.passed_over();
  if (!names.empty()) fmt::print(stderr, "curt import: {}\n", names);
}

/// Says where the lines are that an earlier import rejected.
void tell_kept(RejectedLines& rejected) {
  const auto kept = rejected.finish();
  if (!kept) {
    fmt::print(stderr, "curt import: {}\n", kept.error().detail);
  } else if (*kept) {
    fmt::print(stderr, "what an earlier import rejected is kept in {}\n", (*kept)->string());
  }
}

std::string unreadable(const LinkReader& reader, const ImportSource& source) {
  return fmt::format("{} cannot be read on: {}", source.name(), reader.failure());
}

Taking taking_of(const ImportCommand& command) {
  Taking taking{.domain = command.domain};
  if (command.dates == "day-first") taking.dates = DayOrder::day_first;
  if (command.dates == "month-first") taking.dates = DayOrder::month_first;
  return taking;
}

/// Settles how the links stand in the text.
result<void> open_reader(LinkReader& reader, const ImportSource& source) {
  const auto opened = reader.open();
  const std::string why = opened ? reader.early_failure() : opened.error().detail;
  if (why.empty()) return {};
  return Error{ErrorCode::unavailable, fmt::format("{}: {}; nothing was imported", source.name(), why)};
}

}  // namespace

int import_links(const Settings& settings, const ImportCommand& command) {
  log::configure(settings.log_format, settings.log_level, log::Stream::err);
  ImportSource source;
  // A container's own folders are often read-only.
  const std::filesystem::path rejects =
      command.names_rejects ? command.rejects : writable_file(command.rejects, settings.data_dir);
  if (auto opened = source.open(command.file, rejects); !opened) return fail(opened.error());
  auto columns = parse_column_choices(command.columns);
  if (!columns) return fail(columns.error());
  DecodedInput text{source.stream()};
  LinkReader reader{text, {*std::move(columns), command.urls}, taking_of(command)};
  if (auto opened = open_reader(reader, source); !opened) return fail(opened.error());

  net::io_context context{1};
  Metrics metrics;
  const SystemClock clock;
  SystemRandom random;
  auto lists = read_lists(settings);
  if (!lists) return fail(lists.error());
  warn_of_bad_lines(*lists);
  limits::HostLists hosts{metrics};
  if (names_lists(settings)) hosts.publish(std::move(lists->hosts));
  const limits::TargetPolicy policy{hosts, target_options(settings), metrics};
  const links::LinkRules rules = link_rules(settings, policy);
  if (command.dry_run) {
    preview_import(reader, rules, clock, std::cout);
    tell_passed_over(reader);
    return reader.failure().empty() ? 0 : fail(unreadable(reader, source));
  }
  RejectedLines rejected{rejects};
  if (const auto started = rejected.start(rejects_head(reader.form())); !started)
    return fail(started.error());
  // Until here a signal ends the process, and nothing was begun.
  const auto stop = ask_on_signals();
  if (!stop) return fail(stop.error());
  source.stop_at(*stop);
  tell_left_out(reader.form());
  const auto database = open_database_for_import(settings, clock, metrics);
  if (!database) return fail(database.error());
  if (command.owner) {
    const auto owner =
        run_to_end(context, find_usable_key(database->store->keys(), *command.owner, clock.now()));
    if (!owner) return fail(owner.error());
  }
  const auto shared = make_shared_cache(
      settings, std::max<std::chrono::milliseconds>(settings.redis_timeout, kRedisPatience), clock, metrics);
  if (!shared) return fail(shared.error());
  const links::CodeGenerator codes{random};

  BackgroundThread background;
  if (shared->redis) {
    const std::array executors{background.executor()};
    shared->redis->start(executors);
  }

  const auto began = Clock::now();
  const LinkImport::Parts parts{
      .store = *database->store, .rules = rules, .codes = codes, .clock = clock, .owner = command.owner};
  LinkImport import{parts, batch_size_of(command, database->elsewhere.get()), settings.code_length};
  auto done = run(import, source, reader, rejected, command, context, began);
  Call last_call{Deadline::in(kSyncPatience)};
  const auto synced = run_to_end(context, database->store->sync(last_call));
  if (done && !synced) done = synced.error();

  // A batch whose commit got no answer may be in.
  const bool outcome_unknown = !done && done.error().code == ErrorCode::outcome_unknown;
  const bool has_new_links = import.counts().imported > 0 || outcome_unknown;
  audit(import.counts(), source, outcome_unknown);
  const bool untold = shared->redis && has_new_links && !tell_instances(*shared, context);
  if (shared->redis) shared->redis->stop();
  background.stop(BackgroundThread::kGoodbye);

  const ImportCounts& counts = import.counts();
  print_summary(counts, rejected, Clock::now() - began);
  tell_passed_over(reader);
  tell_kept(rejected);
  if (untold) warn_of_absent(settings.negative_ttl);
  if (!import.named_owners().empty()) {
    const auto unknown =
        run_to_end(context, find_unknown_owners(database->store->keys(), import.named_owners()));
    const std::string warning =
        unknown ? warning_of(*unknown) : "which owners are keys cannot be told: " + describe(unknown.error());
    if (!warning.empty()) fmt::print(stderr, "{}\n", warning);
  }
  const std::string so_far = how_far(counts, reader.form(), outcome_unknown);
  if (!done) return fail(fmt::format("{}; {}", describe(done.error()), so_far));
  if (*done == LinkImport::Next::stop || source.is_stopped()) {
    return fail(fmt::format("interrupted; {}", so_far));
  }
  if (!reader.failure().empty()) return fail(fmt::format("{}; {}", unreadable(reader, source), so_far));
  return counts.rejected == 0 || command.skip_invalid ? 0 : 1;
}

}  // namespace curt::app

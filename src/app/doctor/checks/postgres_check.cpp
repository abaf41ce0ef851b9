#include "app/doctor/checks/postgres_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "curt/api/services.hpp"
#include "curt/base/units.hpp"

#include "app/doctor/amounts.hpp"
#include "app/doctor/checks/migration_steps.hpp"

namespace curt::app {
namespace {

using store::PostgresFacts;
using store::PostgresTarget;
using Pooler = PostgresFacts::Pooler;

constexpr int kOldestVersion = 130'000;

void judge_role(const PostgresFacts& facts, Findings& findings) {
  if (facts.is_standby) {
    findings.warn("it is a standby: links are served, nothing can be written, and visits wait",
                  "name the primary, or all hosts with ?target_session_attrs=read-write");
  } else if (facts.is_read_only) {
    findings.warn(
        "it takes no writes (default_transaction_read_only): nothing can be created, and visits wait",
        fmt::format("ALTER ROLE {} RESET default_transaction_read_only, or the same of the database or the "
                    "server",
                    facts.user));
  }
  if (facts.is_superuser) {
    findings.note(fmt::format("{} is a superuser, and curt needs none", facts.user),
                  "let it serve as a role of its own (docs/configuration.md, \"Which store\")");
  }
  if (!facts.missing_rights.empty()) {
    findings.warn(
        fmt::format("{} lacks {}", facts.user, fmt::join(facts.missing_rights, ", ")),
        fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}", facts.user));
  }
}

void judge_way(const Settings& settings, const PostgresTarget& target, const PostgresFacts& facts,
               Findings& findings) {
  if (facts.pooler == Pooler::transaction && settings.db_prepared_statements) {
    findings.warn(
        "a pooler in transaction mode stands before it, and statements are prepared, which fails there",
        "CURT_DB_PREPARED_STATEMENTS=off, and CURT_MIGRATE_DATABASE_URL past the pooler");
  } else if (facts.pooler == Pooler::some && settings.db_prepared_statements) {
    findings.note(
        "a pooler stands before it; should its mode be transaction, statements must not be prepared",
        "CURT_DB_PREPARED_STATEMENTS=off is right then");
  } else if (facts.pooler == Pooler::none && !settings.db_prepared_statements) {
    findings.note("statements are not prepared although no pooler stands before it, which costs time",
                  "CURT_DB_PREPARED_STATEMENTS=on");
  } else if (facts.pooler != Pooler::none) {
    findings.ok("a pooler stands before it, and statements are not prepared");
  }
  if (target.is_local) return;
  if (target.sslmode == "verify-full") {
    findings.ok("the connection has TLS, and the server's certificate is verified");
  } else if (target.sslmode == "require" || target.sslmode == "verify-ca") {
    findings.note(
        fmt::format("the connection has TLS, and whose certificate it is, is not verified (sslmode={})",
                    target.sslmode),
        "?sslmode=verify-full&sslrootcert=… verifies it");
  } else if (!facts.tls.empty()) {
    findings.note(fmt::format("the connection has {} now, and would do without (sslmode={})", facts.tls,
                              target.sslmode),
                  "?sslmode=verify-full insists on it");
  } else {
    findings.warn(fmt::format("links and visits cross the network without TLS (sslmode={})", target.sslmode),
                  "?sslmode=verify-full, with a server that has a certificate");
  }
}

void judge_budget(const Settings& settings, const PostgresFacts& facts, Findings& findings) {
  const std::size_t planned =
      (settings.db_pool_size + api::ConnectionBudget::kBesidePool) * settings.instances;
  const std::size_t wanted = std::max(planned, facts.claims);
  const std::size_t most = std::min(facts.max_connections, facts.own_limit.value_or(facts.max_connections));
  const std::string running =
      facts.claims > 0 ? fmt::format(", and those that run now up to {}", facts.claims) : std::string{};
  const std::string text =
      fmt::format("{} instance(s) take up to {} connections{}; the server allows {}{}, and {} are open now",
                  settings.instances, planned, running, most,
                  most < facts.max_connections ? " to this role or database" : "", facts.open_connections);
  if (wanted > most) {
    findings.warn(text, "lower CURT_DB_POOL_SIZE, raise max_connections, or put a pooler between");
  } else {
    findings.ok(text);
  }
}

void judge_time(const Settings& settings, const PostgresFacts& facts, Findings& findings) {
  const std::string times =
      fmt::format("it answers in {}, after a connection that took {}", in_milliseconds(facts.answered_in),
                  in_milliseconds(facts.connected_in));
  if (4 * facts.answered_in > settings.redirect_deadline) {
    findings.warn(times, "that is a large part of CURT_REDIRECT_DEADLINE for each link that no cache knows");
  } else {
    findings.ok(times);
  }
  constexpr std::chrono::seconds kMuch{2};
  const auto off = std::chrono::abs(facts.ahead);
  if (off <= kMuch) return;
  findings.warn(fmt::format("its clock is {} {} of this machine's", format_duration(off),
                            facts.ahead.count() > 0 ? "ahead" : "behind"),
                "synchronise both: visits are counted by this machine's hours and kept by the server's");
}

void judge_partitions(const Settings& settings, const PostgresFacts& facts, Findings& findings) {
  if (settings.visit_raw_days == 0 || !facts.days_ahead) return;
  if (*facts.days_ahead >= 1) {
    findings.ok(fmt::format("partitions for single visits are there for today and {} day(s) more",
                            *facts.days_ahead));
  } else if (facts.owns_tables) {
    findings.note(
        "partitions for single visits are due: the next maintenance makes them, of an instance without "
        "Redis or of a worker");
  } else {
    findings.warn(
        fmt::format("partitions for single visits are due, and {} cannot make them: visits are counted "
                    "without their details",
                    facts.user),
        "run `curt maintain` once a day as the owner of the tables");
  }
}

void judge_search(const PostgresFacts& facts, Findings& findings) {
  if (facts.searches_by_index) return;
  findings.note("searches read the texts of all links, since their index is not there",
                "let a superuser run CREATE EXTENSION pg_trgm in this database, then run `curt migrate`");
}

}  // namespace

void judge_postgres(const Settings& settings, const PostgresTarget& target, const PostgresFacts& facts,
                    Findings& findings) {
  if (facts.version_number < kOldestVersion) {
    findings.warn(fmt::format("PostgreSQL {} is older than 13, which curt is made for", facts.version),
                  "upgrade it");
  } else {
    findings.ok(fmt::format("PostgreSQL {}, as {}", facts.version, facts.user));
  }
  judge_time(settings, facts, findings);
  judge_role(facts, findings);
  judge_way(settings, target, facts, findings);
  judge_budget(settings, facts, findings);
  judge_partitions(settings, facts, findings);
  judge_search(facts, findings);
}

void judge_schema(const result<store::SchemaCheck>& schema, const result<store::MigrationReport>& pending,
                  Findings& findings) {
  if (!schema) {
    if (schema.error().code == ErrorCode::unavailable) {
      findings.warn(fmt::format("the schema cannot be asked for: {}", schema.error().detail));
    } else {
      findings.fail(schema.error().detail);
    }
    return;
  }
  using Fit = store::SchemaCheck::Fit;
  if (schema->fit == Fit::current) {
    findings.ok(fmt::format("the schema is at version {}, the latest", schema->version));
  } else if (schema->fit == Fit::compatible) {
    findings.note(fmt::format("the schema is at version {}, newer than this binary's {}, which runs with it",
                              schema->version, schema->latest_version));
  } else if (pending && !pending->steps.empty()) {
    findings.fail(schema->advice, fmt::format("`curt migrate` would apply {}", names_of_steps(*pending)));
  } else {
    findings.fail(schema->advice);
  }
}

store::PostgresMigrateOptions patient_for(std::chrono::seconds patience) {
  store::PostgresMigrateOptions options;
  options.connect_timeout = patience;
  options.turn_timeout = patience;
  return options;
}

std::chrono::seconds patience_with(const Settings& settings, const PostgresTarget& target) {
  constexpr std::chrono::seconds kLeast{2};  // libpq takes no less
  constexpr std::chrono::seconds kMost{3};
  const auto wanted = std::chrono::ceil<std::chrono::seconds>(settings.db_connect_timeout);
  return std::clamp(wanted, kLeast, target.host_count > 1 ? kLeast : kMost);
}

std::string name_of(const PostgresTarget& target) {
  return target.database.empty() ? target.hosts
                                 : fmt::format("{}, database {}", target.hosts, target.database);
}

std::string refusal_of(const PostgresTarget& target) {
  constexpr std::array<std::string_view, 6> kModes{"disable", "allow",     "prefer",
                                                   "require", "verify-ca", "verify-full"};
  if (std::ranges::find(kModes, target.sslmode) == kModes.end()) {
    return fmt::format("sslmode={} is none of {}", target.sslmode, fmt::join(kModes, ", "));
  }
  for (const std::string& port : target.ports) {
    std::uint16_t number = 0;
    const char* const text_end = port.data() + port.size();
    const auto [end, error] = std::from_chars(port.data(), text_end, number);
    const bool is_port = error == std::errc{} && end == text_end && number > 0;
    if (!port.empty() && !is_port) return fmt::format("{} is no port from 1 to 65535", port);
  }
  if (target.ports.size() > 1 && target.ports.size() != target.host_count) {
    return fmt::format("it has {} ports for {} host(s)", target.ports.size(), target.host_count);
  }
  return {};
}

void check_postgres(const Settings& settings, Findings& findings) {
  const std::string& url = settings.database_url;
  const auto target = store::postgres_target(url);
  if (!target) {
    findings.fail(
        fmt::format("CURT_DATABASE_URL is not a connection string that PostgreSQL's libpq takes: {}",
                    target.error().detail),
        "libpq's manual lists what may follow the ?");
    return;
  }
  if (const std::string refusal = refusal_of(*target); !refusal.empty()) {
    findings.fail(fmt::format("CURT_DATABASE_URL can never work: {}", refusal),
                  "PostgreSQL's libpq refuses it before it asks a server");
    return;
  }
  const std::chrono::seconds patience = patience_with(settings, *target);
  const auto facts = store::inspect_postgres(url, patience);
  if (!facts) {
    findings.warn(fmt::format("{}: {}", name_of(*target), facts.error().detail),
                  "`curt serve` starts all the same, serves what caches know, and asks on");
    return;
  }
  findings.ok(fmt::format("{} answers", name_of(*target)));
  if (facts->unanswered.empty()) {
    judge_postgres(settings, *target, *facts, findings);
  } else {
    findings.warn(fmt::format("not all can be asked: {}", facts->unanswered),
                  "rights, times, connections and partitions were not judged");
  }
  const store::PostgresMigrateOptions options = patient_for(patience);
  const auto schema = store::check_postgres_schema(url, options);
  const bool is_older = schema && schema->fit == store::SchemaCheck::Fit::older;
  result<store::MigrationReport> pending = store::MigrationReport{};
  if (is_older) pending = store::migrate_postgres(url, store::MigrateMode::dry_run, options);
  judge_schema(schema, pending, findings);
}

}  // namespace curt::app

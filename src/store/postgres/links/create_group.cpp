#include "store/postgres/links/create_group.hpp"

#include <cstddef>
#include <exception>
#include <span>
#include <vector>

#include "store/postgres/links/link_rows.hpp"
#include "store/refusals.hpp"

namespace curt::store::postgres {
namespace {

using links::Created;
using links::CreateOutcome;
using links::NewLink;

/// Stores the links of these jobs and gives each its outcome. Throws what libpqxx throws.
void store_all(Connection& db, std::span<PlainCreate* const> jobs) {
  std::vector<const NewLink*> links;
  links.reserve(jobs.size());
  for (const PlainCreate* job : jobs) links.push_back(&job->link());
  auto stored = insert_rows(db, links);
  for (PlainCreate* job : jobs) {
    // The first of several jobs with one code got it.
    if (stored.erase(job->link().code) == 1) {
      job->settle(Created{as_stored(job->link()), CreateOutcome::created});
    } else {
      job->settle(alias_taken(job->link().code));
    }
  }
}

/// Stores the links of these jobs together; jobs of another type run alone.
void run_together(Connection& db, std::span<const JobPtr> jobs, const Histogram& sizes) noexcept {
  std::vector<PlainCreate*> creates;
  creates.reserve(jobs.size());
  for (const JobPtr& job : jobs) {
    if (auto* create = dynamic_cast<PlainCreate*>(job.get())) {
      creates.push_back(create);
    } else {
      db.set_deadline(job->deadline());
      job->run(db);
    }
  }
  if (creates.empty()) return;
  try {
    store_all(db, creates);
    sizes.observe(std::uint64_t{creates.size()});
  } catch (const std::exception&) {
    const Error error = db.failure(std::current_exception());
    for (PlainCreate* create : creates) {
      // One link that the server does not take must not fail the others.
      if (db.is_broken()) {
        create->settle(error);
      } else if (create->deadline().passed()) {
        create->settle(deadline_passed());
      } else {
        create->run(db);
      }
    }
  }
}

}  // namespace

PlainCreate::PlainCreate(Deadline deadline, NewLink link, Completion<Answer<Created>> done,
                         std::uint64_t client)
    : Job(deadline, client), link_(std::move(link)), caller_(std::move(done)) {}

Writes PlainCreate::run(Connection& db) noexcept {
  PlainCreate* self = this;
  try {
    store_all(db, std::span{&self, 1});
  } catch (...) {
    settle(db.failure(std::current_exception()));
  }
  return outcome_->has_value() ? Writes::keep : Writes::undo;
}

void PlainCreate::finish() { caller_.answer({std::move(*outcome_), 1}); }

void PlainCreate::fail(Error error) { caller_.answer({std::move(error), 0}); }

LaneWork create_groups(Metrics& metrics) {
  const Histogram sizes = group_commit_sizes(metrics, "postgres");
  return {.most_jobs = kLargestGroup,
          .first_statement = Commit::begun,
          .run = [sizes](Connection& db, std::span<const JobPtr> jobs) { run_together(db, jobs, sizes); }};
}

}  // namespace curt::store::postgres

#include "store/postgres/links/create_group.hpp"

#include <exception>
#include <span>

#include "store/postgres/links/link_rows.hpp"
#include "store/refusals.hpp"

namespace curt::store::postgres {
namespace {

using links::Created;
using links::CreateOutcome;
using links::NewLink;

const Buckets& group_buckets() {
  static const Buckets buckets{{1, 2, 4, 8, 16, 32, 64, 128, 256}, 1.0};
  return buckets;
}

/// Stores the links of these jobs and gives each its outcome. Throws what libpqxx throws.
void store_all(Session& session, std::span<PlainCreate* const> jobs) {
  std::vector<const NewLink*> links;
  links.reserve(jobs.size());
  for (const PlainCreate* job : jobs) links.push_back(&job->link());
  auto stored = insert_rows(session, links);
  for (PlainCreate* job : jobs) {
    // Of several with one code, the first one got it.
    if (stored.erase(job->link().code) == 1) {
      job->settle(Created{as_stored(job->link()), CreateOutcome::created});
    } else {
      job->settle(alias_taken(job->link().code));
    }
  }
}

}  // namespace

PlainCreate::PlainCreate(Deadline deadline, NewLink link, Completion<Answer<Created>> done)
    : Job(deadline), link_(std::move(link)), caller_(std::move(done)) {}

Writes PlainCreate::run(Session& session) noexcept {
  PlainCreate* self = this;
  try {
    store_all(session, std::span{&self, 1});
  } catch (...) {
    settle(session.failure(std::current_exception()));
  }
  return outcome_->has_value() ? Writes::keep : Writes::undo;
}

void PlainCreate::finish() { caller_.answer({std::move(*outcome_), 1}); }

void PlainCreate::fail(Error error) { caller_.answer({std::move(error), 0}); }

CreateGroups::CreateGroups(Metrics& metrics)
    : sizes_(metrics.histogram("curt_store_group_commit_size", "Jobs that were committed together.",
                               group_buckets(), {{"store", "postgres"}})) {}

void CreateGroups::run(Session& session,
                       const std::vector<std::unique_ptr<Job<Session>>>& jobs) const noexcept {
  std::vector<PlainCreate*> creates;
  creates.reserve(jobs.size());
  for (const auto& job : jobs) creates.push_back(static_cast<PlainCreate*>(job.get()));
  try {
    store_all(session, creates);
    sizes_.observe(std::uint64_t{creates.size()});
  } catch (const std::exception&) {
    const Error error = session.failure(std::current_exception());
    for (PlainCreate* create : creates) {
      // One link that the server does not take must not fail the others.
      if (session.is_broken()) {
        create->settle(error);
      } else {
        create->run(session);
      }
    }
  }
}

}  // namespace curt::store::postgres

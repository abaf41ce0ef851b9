#include "store/failures.hpp"

namespace curt::store {

Error store_unavailable(std::string log) {
  return {ErrorCode::unavailable, "the store cannot serve the request at the moment", std::move(log)};
}

Error store_takes_no_writes(std::string log) {
  return {ErrorCode::unavailable, "the database takes no writes at the moment", std::move(log)};
}

Error store_overdue(std::string log) {
  return {ErrorCode::deadline_exceeded, "the store could not answer within the request's deadline",
          std::move(log)};
}

Error commit_unconfirmed(std::string log) {
  return {ErrorCode::outcome_unknown, "the store could not confirm that the change was saved",
          std::move(log)};
}

}  // namespace curt::store

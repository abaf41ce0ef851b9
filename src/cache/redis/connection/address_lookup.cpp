#include "cache/redis/connection/address_lookup.hpp"

#include <exception>
#include <thread>
#include <utility>

namespace curt::cache {

std::shared_ptr<const AddressLookup::Answer> AddressLookup::begin(const std::function<RedisAddress()>& ask) {
  const std::lock_guard lock{mutex_};
  if (current_ && !current_->done) return current_;
  current_ = std::make_shared<Answer>();
  // With copies, since the client may be gone before this ends.
  auto work = [ask, answer = current_] {
    try {
      answer->address = ask();
    } catch (const std::exception& failure) {  // no memory
      answer->problem = failure.what();
    }
    answer->done = true;
  };
  try {
    std::thread{std::move(work)}.detach();
  } catch (const std::exception& failure) {  // no thread to be had now
    current_->problem = failure.what();
    current_->done = true;
  }
  return current_;
}

}  // namespace curt::cache

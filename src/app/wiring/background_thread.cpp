#include "app/wiring/background_thread.hpp"

namespace curt::app {

BackgroundThread::BackgroundThread()
    : thread_([this] {
        context_.run();
        idle_.set_value();
      }) {}

BackgroundThread::~BackgroundThread() { stop(std::chrono::milliseconds::zero()); }

void BackgroundThread::stop(std::chrono::milliseconds grace) {
  if (!thread_.joinable()) return;
  work_.reset();
  idle_.get_future().wait_for(grace);
  context_.stop();
  thread_.join();
}

}  // namespace curt::app

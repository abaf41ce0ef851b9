#pragma once

#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace curt {

namespace net = boost::asio;

/// Every core runs an io_context of its own; naming its executor instead of any_io_executor spares an
/// indirection and an allocation for each operation.
using Executor = net::io_context::executor_type;

template <class T>
using awaitable = net::awaitable<T, Executor>;

inline constexpr net::use_awaitable_t<Executor> use_awaitable;

/// The other end of `suspend`: resumes the waiting coroutine, on its own thread, with a value. To be called
/// once, from any thread. One that is dropped without a call destroys the coroutine that waits.
template <class T>
class Completion {
 public:
  template <class Handler>
  explicit Completion(Handler handler) : waiter_(std::make_unique<Waiter<Handler>>(std::move(handler))) {}

  void operator()(T value) { std::exchange(waiter_, nullptr)->resume(std::move(value)); }

 private:
  struct WaiterBase {
    virtual ~WaiterBase() = default;
    virtual void resume(T value) = 0;
  };

  template <class Handler>
  struct Waiter final : WaiterBase {
    explicit Waiter(Handler h) : handler(std::move(h)), work(net::get_associated_executor(handler)) {}

    void resume(T value) override {
      const auto executor = work.get_executor();
      net::post(executor,
                [h = std::move(handler), v = std::move(value)]() mutable { std::move(h)(std::move(v)); });
      work.reset();
    }

    Handler handler;
    net::executor_work_guard<net::associated_executor_t<Handler>> work;
  };

  std::unique_ptr<WaiterBase> waiter_;
};

/// Suspends the calling coroutine and hands its Completion to `start`, which runs at once on the caller's
/// thread.
template <class T, class Start>
awaitable<T> suspend(Start start) {
  auto initiate = [](auto handler, Start begin) { begin(Completion<T>{std::move(handler)}); };
  return net::async_initiate<const net::use_awaitable_t<Executor>, void(T)>(std::move(initiate),
                                                                            use_awaitable, std::move(start));
}

}  // namespace curt

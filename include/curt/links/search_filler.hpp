#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "curt/base/async.hpp"
#include "curt/base/loop.hpp"
#include "curt/links/search_index.hpp"

namespace curt::links {

/// Keeps a search index filled: looks every few seconds whether there is something to take in, and takes in
/// much of it a step at a time, with as long a pause after each as it took. Of several processes one works at
/// a time. What it is given must outlive it, and it must outlive the executor's io_context.
class SearchFiller {
 public:
  struct Options {
    std::chrono::milliseconds every = std::chrono::seconds{3};
    /// Time for one step.
    std::chrono::milliseconds deadline = std::chrono::seconds{10};
  };

  SearchFiller(SearchIndex& index, Options options) : index_(index), options_(options) {}
  SearchFiller(const SearchFiller&) = delete;
  SearchFiller& operator=(const SearchFiller&) = delete;

  /// Begins, on the executor. To be called once.
  void start(const Executor& executor);

  /// Begins no further step. Thread-safe.
  void stop();

 private:
  /// False where nothing is left to do for now.
  awaitable<bool> fill();
  void note_failure(const Error& error);
  [[nodiscard]] std::chrono::milliseconds pause(bool more) const;

  SearchIndex& index_;
  const Options options_;
  std::chrono::milliseconds took_{};  ///< the last step
  std::size_t filled_ = 0;            ///< links, since nothing was left to do
  bool failed_ = false;
  std::optional<Loop> loop_;
};

}  // namespace curt::links

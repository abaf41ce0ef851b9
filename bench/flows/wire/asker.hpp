#pragma once

#include <optional>
#include <string>

#include "flows/wire/loop.hpp"

namespace flows {

/// Gets single pages while no load is on its way.
class Asker {
 public:
  Asker(Loop& loop, const net::ip::tcp::endpoint& server);
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  /// The answer to a request, whatever it says, until the next request; nothing where none came, within 10 s.
  [[nodiscard]] std::optional<Answer> ask(const std::string& request);
  /// Why none came.
  [[nodiscard]] Fault fault() const noexcept { return fault_; }

 private:
  awaitable<void> exchange(const std::string& request);

  Loop& loop_;
  Connection connection_;
  Fault fault_ = Fault::none;
};

}  // namespace flows

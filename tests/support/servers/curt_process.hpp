#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/servers/child_process.hpp"

namespace curt::test {

/// `curt serve` as users run it: the real binary, on a free port of 127.0.0.1. Its database and whatever else
/// it writes is in `folder`, which outlives it, so that another one can go on there.
class CurtProcess {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  /// Starts `binary` as `serve --listen 127.0.0.1:0` with these settings (CURT_…) and arguments, and waits
  /// until it listens. Timeouts that are not given are those of patient_settings(). Throws std::runtime_error
  /// with what it said if it does not listen.
  CurtProcess(const std::string& binary, const std::filesystem::path& folder,
              const Environment& environment = {}, const std::vector<std::string>& arguments = {});

  /// Starts `curt worker` with a listener of its own instead, and waits for that.
  static CurtProcess worker(const std::string& binary, const std::filesystem::path& folder,
                            const Environment& environment);

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] ChildProcess& process() noexcept { return process_; }

  /// Asks it to stop, by SIGTERM; its exit status when it has ended.
  int stop();

  /// The value of a series of /metrics, named as it stands there with its labels; NaN if it is not shown.
  [[nodiscard]] double metric(const std::string& series) const;

 private:
  CurtProcess(const std::vector<std::string>& command, const std::filesystem::path& folder,
              const Environment& environment);
  void await_listening();

  ChildProcess process_;
  std::uint16_t port_ = 0;
};

/// Limits that a busy machine does not pass: as long as the settings may be, or longer than a test.
[[nodiscard]] const CurtProcess::Environment& patient_settings();

/// The settings, and those of the defaults that they do not name.
[[nodiscard]] CurtProcess::Environment with_defaults(CurtProcess::Environment settings,
                                                     const CurtProcess::Environment& defaults);

}  // namespace curt::test

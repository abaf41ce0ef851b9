#include "app/doctor/doctor.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "curt/app/commands/commands.hpp"
#include "curt/base/logging.hpp"

#include "app/doctor/report.hpp"

namespace curt::app {

int doctor(const DoctorCommand& command) {
  constexpr std::chrono::seconds kLimit{9};
  log::configure(log::Format::text, log::Level::off, log::Stream::err);  // what is found is printed below
  const CheckUp found = examine(command.reading, kLimit);
  const bool is_colourful = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  const std::string text =
      command.json ? to_json(found) : to_text(found, is_colourful ? Colours::on : Colours::off);
  std::fputs(text.c_str(), stdout);
  const bool written = std::fflush(stdout) == 0;
  const Verdict verdict = found.verdict();
  const bool is_well = verdict == Verdict::would_start || verdict == Verdict::runs;
  const int status = is_well && written ? 0 : 1;
  if (!found.is_complete) std::_Exit(status);  // a thread that hangs is not to be waited for
  return status;
}

}  // namespace curt::app

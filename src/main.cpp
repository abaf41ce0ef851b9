#include <cerrno>
#include <cstdio>
#include <exception>
#include <span>
#include <system_error>
#include <variant>

#include "curt/app/commands/command_line.hpp"
#include "curt/app/commands/commands.hpp"
#include "curt/app/commands/export_links.hpp"
#include "curt/app/commands/import_links.hpp"
#include "curt/base/private_files.hpp"

namespace {

using namespace curt::app;

struct Run {
  const curt::app::Settings& settings;

  int operator()(const ServeCommand&) const { return serve(settings); }
  int operator()(const WorkerCommand&) const { return worker(settings); }
  int operator()(const MaintainCommand&) const { return maintain(settings); }
  int operator()(const MigrateCommand& command) const { return migrate(settings, command); }
  int operator()(const ImportCommand& command) const { return import_links(settings, command); }
  int operator()(const ExportCommand& command) const { return export_links(settings, command); }
  int operator()(const HealthCommand& command) const { return health(command); }
  int operator()(const DoctorCommand& command) const { return doctor(command); }
  int operator()(const CreateKeyCommand& command) const { return create_key(settings, command); }
  int operator()(const ListKeysCommand& command) const { return list_keys(settings, command); }
  int operator()(const RevokeKeyCommand& command) const { return revoke_key(settings, command); }
  int operator()(const RotateKeyCommand& command) const { return rotate_key(settings, command); }
  int operator()(const GenerateKeyCommand&) const { return generate_key(); }
  int operator()(const GiveLinksCommand& command) const { return give_links(settings, command); }
  int operator()(const CheckBlocklistCommand& command) const { return check_blocklist(settings, command); }
};

}  // namespace

int main(int argc, char** argv) {
  curt::make_new_files_private();
  try {
    const std::span<const char* const> arguments{argv, static_cast<std::size_t>(argc)};
    const auto parsed = parse_command_line(arguments, curt::app::process_environment());
    if (const auto* exit = std::get_if<Exit>(&parsed)) {
      std::fputs(exit->out.c_str(), stdout);
      std::fputs(exit->err.c_str(), stderr);
      if (std::fflush(stdout) != 0) throw std::system_error{errno, std::generic_category(), "cannot write"};
      return exit->status;
    }
    const auto& invocation = std::get<Invocation>(parsed);
    return std::visit(Run{invocation.settings}, invocation.command);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "curt: %s\n", failure.what());
    return 1;
  }
}

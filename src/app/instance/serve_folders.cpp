#include "app/instance/serve_folders.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "curt/base/logging.hpp"
#include "curt/base/private_files.hpp"
#include "curt/visits/batch/epoch_id.hpp"

#include "app/folders/folder_trust.hpp"
#include "app/settings/settings_table.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

Error refused(const ServeFolder& folder, std::string_view why) {
  const Setting* setting = find_setting(folder.setting);
  return {ErrorCode::unavailable,
          fmt::format("{} (setting {}, {})", why, setting->name, setting->variable())};
}

/// Makes a folder and those above it that are missing, for this user only whatever the umask is; errno, or 0.
int make_private(const fs::path& folder) {
  constexpr mode_t kOwnerOnly = 0700;
  if (::mkdir(folder.c_str(), kOwnerOnly) == 0 || errno == EEXIST) return 0;
  if (errno != ENOENT || !folder.has_parent_path() || folder.parent_path() == folder) return errno;
  if (const int error = make_private(folder.parent_path())) return error;
  return ::mkdir(folder.c_str(), kOwnerOnly) == 0 || errno == EEXIST ? 0 : errno;
}

result<void> open(const ServeFolder& folder, const FileUser& user) {
  if (const int error = make_private(folder.path)) {
    return refused(folder, fmt::format("the folder {} cannot be made: {}", folder.path.string(),
                                       std::generic_category().message(error)));
  }
  const FolderFacts facts = look_at_folder(folder.path);
  const FolderTrust trust = judge(facts, user);
  const std::string problem = problem_of_folder(folder.path, facts, user);
  if (!will_do(trust)) return refused(folder, problem);
  if (deserves_warning(trust)) log::warn(problem, {{"setting", folder.setting}});
  return {};
}

/// The folders of visits, and those of their rings, with all that is in them.
std::vector<fs::path> what_visits_have(const Settings& settings) {
  std::vector<fs::path> all = everything_in(visits_folder(settings));
  std::error_code error;
  if (settings.ring_dir && !settings.ring_dir->empty()) {
    for (fs::directory_iterator entry{*settings.ring_dir, error}, end; !error && entry != end;
         entry.increment(error)) {
      if (!visits::EpochId::parse(entry->path().filename().string())) continue;
      std::ranges::move(everything_in(entry->path()), std::back_inserter(all));
    }
  }
  return all;
}

}  // namespace

std::vector<ServeFolder> serve_folders(const Settings& settings) {
  std::vector<ServeFolder> all;
  const auto add = [&all](fs::path path, std::string_view setting) {
    if (path.empty()) path = ".";
    const auto is_same = [&path](const ServeFolder& other) {
      return fs::absolute(path).lexically_normal() == fs::absolute(other.path).lexically_normal();
    };
    if (std::ranges::none_of(all, is_same)) all.push_back({std::move(path), setting});
  };
  add(settings.data_dir, "data_dir");
  if (settings.uses_sqlite()) add(settings.sqlite_path().parent_path(), "database_url");
  if (settings.ring_dir && !settings.ring_dir->empty()) add(*settings.ring_dir, "ring_dir");
  return all;
}

fs::path visits_folder(const Settings& settings) { return fs::path{settings.data_dir} / "visits"; }

result<void> open_serve_folders(const Settings& settings) {
  const FileUser user = this_file_user();
  for (const ServeFolder& folder : serve_folders(settings)) {
    if (auto opened = open(folder, user); !opened) return opened;
  }
  close_with_warning(what_visits_have(settings));
  return {};
}

}  // namespace curt::app

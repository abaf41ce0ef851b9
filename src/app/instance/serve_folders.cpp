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

#include "app/folders/folder_parents.hpp"
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
  const bool is_made = folder.kind != ServeFolder::Kind::linked;
  if (const int error = is_made ? make_private(folder.path) : 0) {
    return refused(folder, fmt::format("the folder {} cannot be made: {}", folder.path.string(),
                                       std::generic_category().message(error)));
  }
  const FolderFacts facts = look_at_folder(folder.path);
  const FolderTrust trust = judge(facts, user);
  const std::string problem = problem_of_folder(folder.path, facts, user);
  if (!will_do(trust)) return refused(folder, problem);
  if (trust == FolderTrust::missing) {
    return refused(folder, fmt::format("the folder {} is missing, to which a symbolic link leads",
                                       folder.path.string()));
  }
  if (deserves_warning(trust)) log::warn(problem, {{"setting", folder.setting}});
  return {};
}

/// The name for comparing. A link of this name stays, since its owner counts; links above it are followed.
fs::path name_without_links(const fs::path& folder) {
  std::error_code error;
  fs::path path = fs::absolute(folder, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  const fs::path above = fs::weakly_canonical(path.parent_path(), error);
  return error ? path : above / path.filename();
}

/// The file, and what it leads to step by step if it is a symbolic link, as open(2) follows it.
std::vector<fs::path> what_a_link_leads_to(const fs::path& file) {
  constexpr std::size_t kMostLinks = 40;  // path_resolution(7)
  std::vector<fs::path> all{file};
  while (all.size() <= kMostLinks) {
    std::error_code error;
    const fs::path target = fs::read_symlink(all.back(), error);
    if (error) break;
    const fs::path next = all.back().parent_path() / target;  // the target alone where that is absolute
    const fs::path folder = fs::weakly_canonical(next.parent_path(), error);
    all.push_back(error ? next : folder / next.filename());
  }
  return all;
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
  using Kind = ServeFolder::Kind;
  std::vector<ServeFolder> all;
  const auto add = [&all](fs::path path, std::string_view setting, Kind kind = Kind::named) {
    if (path.empty()) path = ".";
    const auto is_same = [name = name_without_links(path)](const ServeFolder& other) {
      return name_without_links(other.path) == name;
    };
    if (std::ranges::none_of(all, is_same)) all.push_back({std::move(path), setting, kind});
  };
  add(settings.data_dir, "data_dir");
  add(visits_folder(settings), "data_dir", Kind::visits);
  if (settings.uses_sqlite()) {
    Kind kind = Kind::named;
    for (const fs::path& file : what_a_link_leads_to(settings.sqlite_path())) {
      add(file.parent_path(), "database_url", kind);
      kind = Kind::linked;
    }
  }
  if (settings.ring_dir && !settings.ring_dir->empty()) add(*settings.ring_dir, "ring_dir");
  return all;
}

std::vector<fs::path> open_parents_of(const std::vector<ServeFolder>& folders) {
  std::vector<fs::path> paths;
  paths.reserve(folders.size());
  for (const ServeFolder& folder : folders) paths.push_back(folder.path);
  return open_parents(paths);
}

fs::path visits_folder(const Settings& settings) { return fs::path{settings.data_dir} / "visits"; }

result<void> open_serve_folders(const Settings& settings) {
  const FileUser user = this_file_user();
  const std::vector<ServeFolder> folders = serve_folders(settings);
  for (const ServeFolder& folder : folders) {
    if (auto opened = open(folder, user); !opened) return opened;
  }
  for (const fs::path& parent : open_parents_of(folders)) log::warn(problem_of_parent(parent));
  close_with_warning(what_visits_have(settings));
  return {};
}

}  // namespace curt::app

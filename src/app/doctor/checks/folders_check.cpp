#include "app/doctor/checks/folders_check.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curt/base/machine.hpp"

#include "app/folders/folder_parents.hpp"
#include "app/settings/settings_table.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using Kind = ServeFolder::Kind;

std::string variable_of(const ServeFolder& folder) { return find_setting(folder.setting)->variable(); }

void judge_missing(const ServeFolder& folder, const FolderView& view, Findings& findings) {
  const std::string what = fmt::format("{} ({})", folder.path.string(), variable_of(folder));
  if (folder.kind == Kind::linked) {
    findings.fail(what + " is missing, and a symbolic link leads to a file in it");
  } else if (view.error == 0) {
    findings.ok(what + " is not there yet and will be made");
  } else if (view.error == EROFS) {
    findings.fail(fmt::format("{} is missing, and {} is mounted read-only", what, view.nearest.string()),
                  "mount it writable, or name a folder elsewhere");
  } else {
    findings.fail(
        fmt::format("{} is missing, and {} may not make it in {}", what, name_of_user(view.user.user),
                    view.nearest.string()),
        fmt::format("install -d -o {} -m 700 {}", view.user.user, fs::absolute(folder.path).string()));
  }
}

/// For chown(1): the data folder has folders of visits and mostly the database in it, which have to go along.
/// Not where it has no visits, so that another folder that was named by mistake keeps its owners.
std::string_view chown_flags(const ServeFolder& folder) {
  if (folder.kind == Kind::visits) return "-R ";
  if (folder.setting != "data_dir") return "";
  struct stat status{};
  const bool has_none = ::lstat((folder.path / "visits").c_str(), &status) != 0 && errno == ENOENT;
  return has_none ? "" : "-R ";
}

void judge_unusable(const ServeFolder& folder, const FolderView& view, Findings& findings) {
  const std::string what = fmt::format("{} ({})", folder.path.string(), variable_of(folder));
  const FolderFacts& facts = view.facts;
  if (view.error == EROFS) {
    findings.fail(what + " is mounted read-only", "mount it writable, or name a folder elsewhere");
    return;
  }
  const bool is_own = facts.owner == view.user.user;
  findings.fail(fmt::format("{} cannot be {} by {}: it belongs to {}, mode {:04o}", what,
                            folder.kind == Kind::visits ? "read and written" : "written",
                            name_of_user(view.user.user), name_of_user(facts.owner), facts.mode),
                is_own ? fmt::format("chmod u+rwx {}", folder.path.string())
                       : way_to_own(folder.path, facts.owner, view.user, chown_flags(folder)));
}

/// The bits of its mode for other users; 0 for what is not there or a link.
mode_t open_to_others(const fs::path& file) {
  struct stat status{};
  const bool is_there = ::lstat(file.c_str(), &status) == 0 && !S_ISLNK(status.st_mode);
  return is_there ? status.st_mode & S_IRWXO : 0;
}

void look_for_open_files(const Settings& settings, Findings& findings) {
  std::vector<fs::path> files;
  const fs::path visits = visits_folder(settings);
  if ((open_to_others(visits) & S_IWOTH) == 0) files.push_back(visits);  // else it is refused, and not closed
  if (settings.uses_sqlite()) {
    for (const char* ending : {"", "-wal", "-shm"})
      files.emplace_back(settings.sqlite_path().string() + ending);
  }
  for (const fs::path& file : files) {
    if (open_to_others(file) == 0) continue;
    findings.warn(fmt::format("{} is open to other users", file.string()),
                  fmt::format("the next start of curt closes it, or: chmod go-rwx {}", file.string()));
  }
}

}  // namespace

FolderView view_folder(const ServeFolder& folder) {
  FolderView view;
  view.facts = look_at_folder(folder.path);
  view.user = this_file_user();
  view.nearest = nearest_existing(folder.path);
  const int wanted = folder.kind == Kind::visits ? R_OK | W_OK | X_OK : W_OK | X_OK;
  // As the effective user; access(2) takes the real one.
  if (::faccessat(AT_FDCWD, view.nearest.c_str(), wanted, AT_EACCESS) != 0) view.error = errno;
  return view;
}

void judge_folder(const ServeFolder& folder, const FolderView& view, Findings& findings) {
  const FolderTrust trust = judge(view.facts, view.user);
  const std::string problem = problem_of_folder(folder.path, view.facts, view.user);
  const std::string variable = variable_of(folder);
  if (trust == FolderTrust::missing) {
    judge_missing(folder, view, findings);
  } else if (!will_do(trust)) {
    findings.fail(fmt::format("{} ({})", problem, variable));
  } else if (view.error != 0) {
    judge_unusable(folder, view, findings);
  } else if (deserves_warning(trust)) {
    findings.warn(fmt::format("{} ({})", problem, variable));
  } else {
    findings.ok(fmt::format("{} ({}) belongs to {}, mode {:04o}", folder.path.string(), variable,
                            name_of_user(view.facts.owner), view.facts.mode));
  }
}

void check_folders(const Settings& settings, Findings& findings) {
  const std::vector<ServeFolder> folders = serve_folders(settings);
  FolderView data;  // data_dir's, which comes before that of visits
  for (const ServeFolder& folder : folders) {
    const FolderView view = view_folder(folder);
    if (folder.kind == Kind::visits) {
      const FolderFacts::Kind kind = view.facts.kind;
      // What is said of data_dir holds for what will be made in it, and for what it hides.
      if (kind == FolderFacts::Kind::missing || (kind == FolderFacts::Kind::unknown && data.error != 0))
        continue;
      // It was told to change the owner of both.
      if (data.error == EACCES && data.facts.owner == view.facts.owner &&
          view.facts.owner != view.user.user) {
        continue;
      }
    } else if (folder.setting == "data_dir") {
      data = view;
    }
    judge_folder(folder, view, findings);
  }
  for (const fs::path& parent : open_parents_of(folders)) findings.warn(problem_of_parent(parent));
  look_for_open_files(settings, findings);
}

}  // namespace curt::app

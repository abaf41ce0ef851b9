#include "support/house/house.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace curt::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 25;
constexpr std::size_t kMostReadmeLines = 20;

/// The rooms, and what each may include beside itself. main.cpp is above all of them.
const std::map<std::string, std::set<std::string>> kBelow{
    {"app", {"api", "http", "store", "cache", "links", "visits", "access", "limits", "domain", "base"}},
    {"api", {"http", "links", "visits", "access", "limits", "domain", "base"}},
    {"http", {"access", "domain", "base"}},
    {"store", {"links", "visits", "access", "limits", "domain", "base"}},
    {"cache", {"links", "visits", "limits", "domain", "base"}},
    {"links", {"limits", "domain", "base"}},
    {"visits", {"domain", "base"}},
    {"access", {"domain", "base"}},
    {"limits", {"domain", "base"}},
    {"domain", {"base"}},
    {"base", {}},
};

/// Folders of tests/ that are none of a room's.
const std::set<std::string> kTestsOfTheWhole{"e2e", "fuzz", "support", "data"};

std::string room_of(const std::string& name) { return name.substr(0, name.find('/')); }

std::string folder_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

std::string stem_of(const std::string& name) { return fs::path{name}.stem().string(); }

bool is_code(const fs::path& file) { return file.extension() == ".hpp" || file.extension() == ".cpp"; }

/// What an include of a door or of a private header names, from the rooms on.
std::string without_door(const std::string& include) {
  return include.starts_with("curt/") ? include.substr(5) : include;
}

std::set<std::string> includes_of(const fs::path& path) {
  constexpr std::string_view kBegin = "#include \"";
  std::set<std::string> found;
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kBegin)) found.insert(line.substr(kBegin.size(), line.rfind('"') - kBegin.size()));
  }
  return found;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// The lines of a room's drawing, from the top down: the names on each.
std::vector<std::set<std::string>> drawing_of(const fs::path& readme) {
  std::vector<std::set<std::string>> drawing;
  bool inside = false;
  for (const std::string& line : lines_of(readme)) {
    if (line.starts_with("```")) {
      if (inside) break;
      inside = true;
    } else if (inside && !line.starts_with(' ')) {
      std::istringstream names{line.substr(0, line.find("  "))};
      std::set<std::string> row;
      for (std::string name; names >> name;) row.insert(name);
      if (!row.empty()) drawing.push_back(std::move(row));
    }
  }
  return drawing;
}

std::optional<std::size_t> row_of(const std::vector<std::set<std::string>>& drawing,
                                  const std::string& entry) {
  for (std::size_t row = 0; row < drawing.size(); ++row) {
    if (drawing[row].contains(entry)) return row;
  }
  return std::nullopt;
}

/// The file or folder of the room in which a file of this name lies: "ring/" or "pipeline".
std::string entry_in(const std::string& room, const std::string& name) {
  const std::string rest = name.substr(room.size() + 1);
  const std::size_t slash = rest.find('/');
  return slash == std::string::npos ? stem_of(rest) : rest.substr(0, slash + 1);
}

}  // namespace

House::House(const fs::path& root) : root_(root) {
  read("include/curt", true);
  read("src", false);
  for (const auto& entry : fs::recursive_directory_iterator{root_ / "tests"}) {
    if (!entry.is_regular_file() || !is_code(entry.path())) continue;
    const fs::path path = fs::relative(entry.path(), root_);
    tests_[path.string()] = {path, path.lexically_relative("tests").string(), includes_of(entry.path())};
  }
}

void House::read(const fs::path& top, bool doors) {
  for (const auto& entry : fs::recursive_directory_iterator{root_ / top}) {
    if (!entry.is_regular_file() || !is_code(entry.path())) continue;
    const fs::path path = fs::relative(entry.path(), root_);
    files_[path.string()] = {path, path.lexically_relative(top).string(), includes_of(entry.path()), doors};
  }
}

bool House::is_rooted(const std::string& include) const {
  if (include.starts_with("curt/")) return files_.contains("include/" + include);
  return include.find('/') != std::string::npos && files_.contains("src/" + include);
}

Complaints House::upward_between_rooms() const {
  Complaints complaints;
  for (const auto& [path, file] : files_) {
    const std::string room = room_of(file.name);
    if (file.name.find('/') == std::string::npos) continue;  // main.cpp
    if (!kBelow.contains(room)) {
      complaints.push_back(fmt::format("{} is in no room", path));
      continue;
    }
    for (const std::string& include : file.includes) {
      const std::string other = room_of(without_door(include));
      if (other != room && kBelow.contains(other) && !kBelow.at(room).contains(other)) {
        complaints.push_back(fmt::format("{} includes {}: {} is not below {}", path, include, other, room));
      }
    }
  }
  return complaints;
}

Complaints House::upward_within_rooms() const {
  std::set<std::string> divided;
  for (const auto& [path, file] : files_) {
    // Of "cache/redis/links/repeats.hpp": "cache" and "cache/redis".
    for (std::string folder = folder_of(folder_of(file.name)); !folder.empty(); folder = folder_of(folder)) {
      divided.insert(folder);
    }
  }
  Complaints complaints;
  for (const std::string& room : divided) {
    const Complaints more = upward_within(room);
    complaints.insert(complaints.end(), more.begin(), more.end());
  }
  return complaints;
}

Complaints House::upward_within(const std::string& room) const {
  const std::string readme = "src/" + room + "/README.md";
  const auto drawing = drawing_of(root_ / readme);
  Complaints complaints;
  std::set<std::string> missing;
  std::set<std::string> there;
  for (const auto& [path, file] : files_) {
    if (!file.name.starts_with(room + "/")) continue;
    const std::string entry = entry_in(room, file.name);
    there.insert(entry);
    const auto row = row_of(drawing, entry);
    if (!row) missing.insert(entry);
    for (const std::string& include : file.includes) {
      const std::string name = without_door(include);
      if (!row || !name.starts_with(room + "/")) continue;
      const std::string other = entry_in(room, name);
      const auto other_row = row_of(drawing, other);
      const bool both_files = !entry.ends_with('/') && !other.ends_with('/');
      if (entry == other || !other_row || *other_row > *row || (*other_row == *row && both_files)) continue;
      complaints.push_back(
          fmt::format("{} includes {}, which {} does not draw below {}", path, include, readme, entry));
    }
  }
  for (const std::string& entry : missing)
    complaints.push_back(fmt::format("{} does not draw {}", readme, entry));
  for (const auto& row : drawing) {
    for (const std::string& entry : row) {
      if (!there.contains(entry))
        complaints.push_back(fmt::format("{} draws {}, which is not there", readme, entry));
    }
  }
  return complaints;
}

Complaints House::bare_includes() const {
  Complaints complaints;
  const auto look_at = [&](const std::map<std::string, File>& files, const auto& is_rooted_there) {
    for (const auto& [path, file] : files) {
      for (const std::string& include : file.includes) {
        if (!is_rooted_there(include)) complaints.push_back(fmt::format("{} includes {}", path, include));
      }
    }
  };
  look_at(files_, [&](const std::string& include) { return is_rooted(include); });
  look_at(tests_, [&](const std::string& include) {
    return is_rooted(include) ||
           (include.find('/') != std::string::npos && tests_.contains("tests/" + include));
  });
  return complaints;
}

Complaints House::includes_past_the_door() const {
  Complaints complaints;
  for (const auto& [path, file] : files_) {
    for (const std::string& include : file.includes) {
      if (!include.starts_with("curt/") && room_of(include) != room_of(file.name) && is_rooted(include)) {
        complaints.push_back(
            fmt::format("{} includes {}, which is private to {}", path, include, room_of(include)));
      }
      if (file.is_door && !include.starts_with("curt/")) {
        complaints.push_back(fmt::format("the door {} includes {}, which is private", path, include));
      }
    }
  }
  return complaints;
}

Complaints House::idle_doors() const {
  std::set<std::string> used;
  for (const auto& [path, file] : files_) {
    for (const std::string& include : file.includes) {
      if (include.starts_with("curt/") && room_of(include.substr(5)) != room_of(file.name)) {
        used.insert("include/" + include);
      }
    }
  }
  // What a used door includes is needed too.
  std::vector<std::string> open{used.begin(), used.end()};
  while (!open.empty()) {
    const auto door = files_.find(open.back());
    open.pop_back();
    if (door == files_.end()) continue;
    for (const std::string& include : door->second.includes) {
      if (used.insert("include/" + include).second) open.push_back("include/" + include);
    }
  }
  Complaints complaints;
  for (const auto& [path, file] : files_) {
    if (file.is_door && !used.contains(path))
      complaints.push_back(fmt::format("nobody outside needs {}", path));
  }
  return complaints;
}

Complaints House::crowded_folders() const {
  std::map<std::string, std::size_t> files;
  Complaints complaints;
  for (const std::string top : {"include", "src", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator{root_ / top}) {
      if (entry.is_regular_file()) ++files[fs::relative(entry.path().parent_path(), root_).string()];
      if (top != "src" || entry.path().filename() != "README.md") continue;
      const std::size_t lines = lines_of(entry.path()).size();
      if (lines > kMostReadmeLines) {
        complaints.push_back(
            fmt::format("{} has {} lines", fs::relative(entry.path(), root_).string(), lines));
      }
    }
  }
  for (const auto& [folder, number] : files) {
    if (number > kMostFiles) complaints.push_back(fmt::format("{} has {} files", folder, number));
  }
  return complaints;
}

Complaints House::tests_without_a_source() const {
  std::map<std::string, std::set<std::string>> stems;  // of sources and headers, by folder
  for (const auto& [path, file] : files_) stems[folder_of(file.name)].insert(stem_of(file.name));
  Complaints complaints;
  for (const auto& [path, file] : tests_) {
    const std::string folder = folder_of(file.name);
    if (folder.empty() || kTestsOfTheWhole.contains(room_of(file.name)) || folder.ends_with("/contract"))
      continue;
    const std::string stem = stem_of(file.name) + "_";
    const auto sources = stems.find(folder);
    const bool has_source =
        sources != stems.end() &&
        std::any_of(sources->second.begin(), sources->second.end(),
                    [&](const std::string& source) { return stem.starts_with(source + "_"); });
    if (!has_source) complaints.push_back(fmt::format("{} is named after no source in {}", path, folder));
  }
  return complaints;
}

}  // namespace curt::test

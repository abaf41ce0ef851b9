#include "app/folders/folder_trust.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace curt::app {
namespace {

constexpr std::uint32_t kRoot = 0;
constexpr std::uint32_t kPermissions = 07777;
constexpr std::uint32_t kGroupWrites = 0020;
constexpr std::uint32_t kOthersWrite = 0002;
constexpr std::uint32_t kGroupAndOthers = 0077;

/// For names of users and groups.
using Buffer = std::array<char, 4096>;

bool is_trusted(std::uint32_t owner, const FileUser& user) noexcept {
  return owner == user.user || owner == kRoot;
}

/// A user's name; nothing where it has none.
std::optional<std::string> find_login(std::uint32_t user) {
  Buffer space{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, space.data(), space.size(), &found) != 0 || found == nullptr) {
    return std::nullopt;
  }
  return entry.pw_name;
}

}  // namespace

FolderFacts look_at_folder(const std::filesystem::path& folder) noexcept {
  FolderFacts facts;
  struct stat status{};
  const auto failed = [&facts] {
    facts.error = errno;
    facts.kind =
        facts.error == ENOENT && !facts.is_link ? FolderFacts::Kind::missing : FolderFacts::Kind::unknown;
    return facts;
  };
  if (::lstat(folder.c_str(), &status) != 0) return failed();
  if (S_ISLNK(status.st_mode)) {
    facts.is_link = true;
    facts.link_owner = status.st_uid;
    if (::stat(folder.c_str(), &status) != 0) return failed();
  }
  facts.kind = S_ISDIR(status.st_mode) ? FolderFacts::Kind::folder : FolderFacts::Kind::something_else;
  facts.owner = status.st_uid;
  facts.group = status.st_gid;
  facts.mode = status.st_mode & kPermissions;
  return facts;
}

FileUser this_file_user() {
  FileUser user;
  user.user = ::geteuid();
  const int number = ::getgroups(0, nullptr);
  user.groups.resize(static_cast<std::size_t>(std::max(number, 0)));
  if (::getgroups(number, user.groups.data()) < 0) user.groups.clear();
  user.groups.push_back(::getegid());
  return user;
}

FolderTrust judge(const FolderFacts& facts, const FileUser& user) noexcept {
  if (facts.is_link && !is_trusted(facts.link_owner, user)) return FolderTrust::foreign_link;
  switch (facts.kind) {
    case FolderFacts::Kind::missing:
      return FolderTrust::missing;
    case FolderFacts::Kind::unknown:
      return FolderTrust::unknown;
    case FolderFacts::Kind::something_else:
      return FolderTrust::no_folder;
    case FolderFacts::Kind::folder:
      break;
  }
  if ((facts.mode & kOthersWrite) != 0) return FolderTrust::anybody_writes;
  const bool shares_group = std::ranges::find(user.groups, facts.group) != user.groups.end();
  if (!is_trusted(facts.owner, user))
    return shares_group ? FolderTrust::colleague_owns : FolderTrust::foreign;
  return (facts.mode & kGroupWrites) != 0 ? FolderTrust::group_writes : FolderTrust::safe;
}

std::string problem_of_folder(const std::filesystem::path& folder, const FolderFacts& facts,
                              const FileUser& user) {
  const std::string name = folder.string();
  const std::string belongs =
      fmt::format("it belongs to {}, mode {:04o}", name_of_user(facts.owner), facts.mode);
  switch (judge(facts, user)) {
    case FolderTrust::safe:
    case FolderTrust::missing:
      break;
    case FolderTrust::group_writes:
      return fmt::format("the group {} may write to {} ({}); unless that is meant: chmod g-w {}",
                         name_of_group(facts.group), name, belongs, name);
    case FolderTrust::colleague_owns:
      return fmt::format("{} is another user's ({}), who can change what is in it; unless that is meant: {}",
                         name, belongs, way_to_own(folder, facts.owner, user));
    case FolderTrust::anybody_writes:
      return fmt::format("anybody may write to {} ({}): chmod o-w {}, or name a folder below it", name,
                         belongs, name);
    case FolderTrust::foreign:
      return fmt::format("{} is another user's ({}), and this process runs as {}: {}", name, belongs,
                         name_of_user(user.user), way_to_own(folder, facts.owner, user));
    case FolderTrust::foreign_link:
      return fmt::format("{} is a symbolic link of {}, and this process runs as {}: {}", name,
                         name_of_user(facts.link_owner), name_of_user(user.user),
                         way_to_own(folder, facts.link_owner, user, "-h "));
    case FolderTrust::no_folder:
      return name + " is no folder";
    case FolderTrust::unknown:
      return fmt::format("{} cannot be looked at: {}", name, std::generic_category().message(facts.error));
  }
  return {};
}

bool is_for_one_user(const FolderFacts& facts, const FileUser& user) noexcept {
  return facts.kind == FolderFacts::Kind::folder && !facts.is_link && facts.owner == user.user &&
         (facts.mode & kGroupAndOthers) == 0;
}

std::string way_to_own(const std::filesystem::path& path, std::uint32_t owner, const FileUser& user,
                       std::string_view flags) {
  if (user.user != kRoot) return fmt::format("chown {}{} {}", flags, user.user, path.string());
  const auto name = find_login(owner);
  return fmt::format("run curt as that user, sudo -u {} curt …", name ? *name : fmt::format("'#{}'", owner));
}

std::string login_of(std::uint32_t user) { return find_login(user).value_or(fmt::format("{}", user)); }

std::string name_of_user(std::uint32_t user) {
  const auto name = find_login(user);
  return name ? fmt::format("{} ({})", *name, user) : fmt::format("{}", user);
}

std::string name_of_group(std::uint32_t group) {
  Buffer space{};
  ::group entry{};
  ::group* found = nullptr;
  if (::getgrgid_r(group, &entry, space.data(), space.size(), &found) != 0 || found == nullptr) {
    return fmt::format("{}", group);
  }
  return fmt::format("{} ({})", entry.gr_name, group);
}

}  // namespace curt::app

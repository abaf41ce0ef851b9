#include "app/commands/unknown_owners.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>

#include "curt/base/call.hpp"

namespace curt::app {

awaitable<result<std::vector<KeyId>>> find_unknown_owners(access::KeyStore& keys, std::set<KeyId> owners) {
  constexpr std::chrono::minutes kPatience{1};
  Call call{Deadline::in(kPatience)};
  const result<access::KeyChanges> all = co_await keys.changes(call, std::nullopt);
  if (!all) co_return all.error();
  for (const access::Key& key : all->keys) owners.erase(key.id);
  co_return std::vector<KeyId>{owners.begin(), owners.end()};
}

std::string warning_of(const std::vector<KeyId>& unknown) {
  constexpr std::size_t kShown = 5;
  if (unknown.empty()) return {};
  std::string ids;
  for (std::size_t i = 0; i < std::min(unknown.size(), kShown); ++i) {
    ids += fmt::format("{}{}", i == 0 ? "" : ", ", unknown[i].view());
  }
  if (unknown.size() > kShown) ids += fmt::format(" and {} more", unknown.size() - kShown);
  return fmt::format(
      "{} of these links {} not in this database ({}): only keys without --own see such links; `curt links "
      "give --from ID --to ID --where all` gives them to a key",
      unknown.size() == 1 ? "an owner" : fmt::format("{} owners", unknown.size()),
      unknown.size() == 1 ? "is" : "are", ids);
}

}  // namespace curt::app

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/announcer.hpp"
#include "curt/links/author.hpp"
#include "curt/links/code_generator.hpp"
#include "curt/links/link_draft.hpp"
#include "curt/links/link_filter.hpp"
#include "curt/links/link_rules.hpp"
#include "curt/links/link_store.hpp"

namespace curt::links {

/// What can be done with links: the rules, the store and the caches together. Thread-safe; what it is given
/// must outlive it. Every change is durable and forgotten by the caches before its caller is answered, and
/// leaves an audit line in the log that names its author: also where its outcome is unknown, but not where an
/// earlier link serves or an edit changes nothing.
class LinkService {
 public:
  /// `code_length` is that of the first generated codes; it grows by itself when collisions show.
  LinkService(LinkStore& store, Announcer& announcer, const LinkRules& rules, const CodeGenerator& codes,
              const Clock& clock, Metrics& metrics, std::size_t code_length);

  /// Makes a link; invalid_value, alias_taken, idempotency_key_reused, deleted, out_of_codes, and as
  /// LinkStore says.
  awaitable<result<Created>> create(Call& call, const Author& author, LinkDraft draft,
                                    std::optional<IdempotencyKey> idempotency);

  /// The link; deleted, not_found, also where `only` names another owner than the link has.
  awaitable<result<Link>> get(Call& call, ShortCode code, std::optional<KeyId> only);

  /// Edits the link and returns it; errors as LinkStore::update() and validate().
  awaitable<result<Link>> edit(Call& call, const Author& author, ShortCode code, EditDraft draft,
                               WantedVersions versions);

  /// Deletes the link; errors as LinkStore::remove().
  awaitable<result<void>> remove(Call& call, const Author& author, ShortCode code, WantedVersions versions);

  /// Brings a deleted link back and returns it; errors as LinkStore::restore().
  awaitable<result<Link>> restore(Call& call, const Author& author, ShortCode code, WantedVersions versions);

  /// How many enabled links the filter means, of those that the author sees. The links are read in pages, all
  /// that there are unless the filter names codes.
  awaitable<result<std::uint64_t>> count_enabled(Call& call, const Author& author, LinkFilter filter);

  /// Disables the links that count_enabled() counts, if there are as many as `confirmed`, and never more, in
  /// pages in the order of their codes, each as an edit of its own; how many. count_changed with the number
  /// in its detail. After any other error some links may be disabled, and there is another number to confirm.
  awaitable<result<std::uint64_t>> disable(Call& call, const Author& author, LinkFilter filter,
                                           std::uint64_t confirmed);

  /// One page of links.
  awaitable<result<LinkPage>> list(Call& call, ListQuery query);

 private:
  /// A code that no route uses.
  [[nodiscard]] ShortCode fresh_code(std::size_t length) const;

  /// Disables a page of links; how many.
  awaitable<result<std::uint64_t>> disable_page(Call& call, const Author& author,
                                                std::vector<LinkVersion> page);

  LinkStore& store_;
  Announcer& announcer_;
  const LinkRules& rules_;
  const CodeGenerator& codes_;
  const Clock& clock_;
  Counter collisions_;
  std::atomic<std::size_t> code_length_;
};

}  // namespace curt::links

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/link.hpp"
#include "curt/domain/search.hpp"
#include "curt/links/link_patch.hpp"
#include "curt/links/wanted_versions.hpp"

namespace curt::links {

/// A link that wants to be stored. It is not deleted.
struct NewLink {
  ShortCode code;
  TargetUrl target;
  std::optional<std::string> title;
  std::vector<std::string> tags;  ///< sorted, without repeats
  LinkSettings settings;
  Timestamp created_at;
  std::int64_t spent = 0;  ///< visits that max_visits granted elsewhere, before an import
  std::optional<KeyId> owner{};
  std::int64_t version = 1;               ///< greater for a link that was edited before an import
  std::optional<Timestamp> updated_at{};  ///< nothing: when it was created
};

/// The link as it is once it is stored.
[[nodiscard]] Link as_stored(const NewLink& link);

/// Where the code of a new link comes from.
enum class CodeSource {
  generated,  ///< any other code would do as well
  alias,      ///< the caller asked for this one
};

/// What the client sent to make a repeated request harmless, kept for kIdempotencyWindow.
struct IdempotencyKey {
  std::string owner;  ///< whose requests these are: the same key of another one is another key
  std::string key;
  std::string body_hash;  ///< tells whether the repeated request is the same one
};

inline constexpr std::chrono::hours kIdempotencyWindow{24};

struct CreateRequest {
  NewLink link;
  CodeSource code_source = CodeSource::generated;
  /// Take a link that is there already: neither deleted nor expired at link.created_at, with visits left,
  /// with the same target, settings and owner; with the same title and tags where the new link names any;
  /// with the same code if it is an alias.
  bool reuse = false;
  std::optional<IdempotencyKey> idempotency;
};

/// How a create ended well.
enum class CreateOutcome {
  created,
  reused,    ///< an earlier link serves
  replayed,  ///< the same request was answered before; this is its link
};

struct Created {
  Link link;
  CreateOutcome outcome = CreateOutcome::created;
};

/// What an edit leaves.
struct Edited {
  Link link;
  std::int64_t version_before = 0;  ///< the link's version where nothing changed
};

/// A link in one of its states.
struct LinkVersion {
  ShortCode code;
  std::int64_t version = 0;
};

/// What a change asks of the link before it is made.
struct Precondition {
  WantedVersions versions;  ///< it must have one of these
  /// It must have this owner: a link of anybody else is not_found.
  std::optional<KeyId> owner;
};

/// One line of an import. Rows whose code is generated are there already if a link that is neither deleted
/// nor expired and has visits left has their target, settings and owner; rows with an alias, if the link of
/// this code has their target and is not deleted.
struct ImportRow {
  NewLink link;
  CodeSource code_source = CodeSource::generated;
  /// How often it was followed elsewhere. An imported link begins with these figures; one that is there
  /// already keeps its own.
  std::int64_t humans = 0;
  std::int64_t bots = 0;
};

/// The rows of one transaction. Shared, since they are many, and since a store may still be at them when its
/// caller has given up waiting.
using ImportRows = std::shared_ptr<const std::vector<ImportRow>>;

enum class ImportOutcome {
  imported,
  already_there,
  code_taken,  ///< by a link to somewhere else, or by a deleted one
};

enum class SortKey {
  created_at,
  updated_at,
  code,
  visits,  ///< how often the link was followed, bots among it
};
enum class SortOrder { ascending, descending };

/// The last link of a page; the next page begins behind it.
struct Cursor {
  std::variant<Timestamp, ShortCode, std::int64_t> key;  ///< its value of the sort key
  ShortCode code;                                        ///< breaks ties
};

/// Whose links a list is about: those of a key, or those that have no owner.
struct OwnedBy {
  std::optional<KeyId> key;
};

struct ListQuery {
  std::size_t limit = 50;
  SortKey sort = SortKey::created_at;
  SortOrder order = SortOrder::descending;
  std::optional<Cursor> after;
  Search search;                 ///< what is looked for in code, target and title
  std::string tag;               ///< exactly this tag; empty for all
  std::optional<OwnedBy> owner;  ///< nothing for all
  /// A page by code is looked for among so many codes, those of deleted links too, so that no statement looks
  /// through millions for what few links have. It may then be short, or empty, and have a next one.
  std::optional<std::size_t> most_codes{};
};

struct LinkPage {
  std::vector<Link> links;
  std::optional<Cursor> next;  ///< nothing on the last page
};

/// What became of visits that were to be spent.
struct Spent {
  Link link;                  ///< as it is now; where it granted less, it tells why
  std::uint64_t granted = 0;  ///< visits that may follow the link, of those asked for
};

/// How many of `visits` visits the link has to give at `now`: all of them without max_visits, none while it
/// does not redirect.
[[nodiscard]] std::uint64_t grantable(const Link& link, std::uint64_t visits, Timestamp now) noexcept;

/// What is said of a code that no link has, and of one whose link is not for whoever asks.
[[nodiscard]] Error no_such_link(const ShortCode& code);

/// Where links are kept: the truth. Every call suspends its coroutine, works off the caller's thread, adds to
/// `call.statements`, and resumes on the caller's thread; `call` must live until then. Beside the errors
/// named at each, all may fail with overloaded, deadline_exceeded and unavailable; then nothing was done.
class LinkStore {
 public:
  virtual ~LinkStore() = default;

  /// The link with this code, deleted ones too; not_found if there never was one.
  virtual awaitable<result<Link>> find(Call& call, ShortCode code) = 0;

  /// Stores a link; it is durable when this returns. alias_taken if the code is or ever was in use,
  /// idempotency_key_reused if the key came with another body, deleted if the link it made was deleted since;
  /// outcome_unknown if the commit's answer was lost.
  virtual awaitable<result<Created>> create(Call& call, CreateRequest request) = 0;

  /// Applies the patch at `now` and returns what it leaves; not_found, deleted, version_mismatch,
  /// invalid_value as apply() says. A patch that changes nothing leaves the version.
  virtual awaitable<result<Edited>> update(Call& call, ShortCode code, LinkPatch patch, Precondition only_if,
                                           Timestamp now) = 0;

  /// Disables those of these links that still have these versions and are enabled, in one transaction;
  /// returns them as they are then, by code.
  virtual awaitable<result<std::vector<Link>>> disable(Call& call, std::vector<LinkVersion> links,
                                                       Timestamp now) = 0;

  /// Leaves a tombstone, so that the code is never issued again and the link can be restored, and returns it;
  /// errors as update().
  virtual awaitable<result<Link>> remove(Call& call, ShortCode code, Precondition only_if, Timestamp now) = 0;

  /// Brings a deleted link back as it was, with what was spent of its visits and the next version, and
  /// returns it; not_found, not_deleted, version_mismatch, where the version is that of the tombstone.
  virtual awaitable<result<Link>> restore(Call& call, ShortCode code, Precondition only_if,
                                          Timestamp now) = 0;

  /// Gives those of these links that belong to `from` (nothing: to nobody) and are not deleted to `to`, in
  /// one transaction; returns their codes. Neither version nor updated_at change.
  virtual awaitable<result<std::vector<ShortCode>>> give(Call& call, std::vector<ShortCode> codes,
                                                         std::optional<KeyId> from, KeyId to) = 0;

  /// Grants visits of the link at `now`, as many of those asked for as grantable() says, and counts them as
  /// spent, durably; however many ask at once, no more than max_visits are ever granted. Nothing is written
  /// for a link without max_visits, nor where nothing is granted, such as for 0 visits. Neither version nor
  /// updated_at change. not_found; outcome_unknown if the commit's answer was lost: the visits may be spent.
  virtual awaitable<result<Spent>> spend(Call& call, ShortCode code, std::uint64_t visits, Timestamp now) = 0;

  /// One page of the links that are not deleted.
  virtual awaitable<result<LinkPage>> list(Call& call, ListQuery query) = 0;

  /// Stores many links in one transaction; one outcome a row, in their order. Where the store was opened for
  /// imports, they are durable once sync() has ended.
  virtual awaitable<result<std::vector<ImportOutcome>>> import(Call& call, ImportRows rows) = 0;

  /// Makes durable what imports have stored. In all but a store opened for imports it is already.
  virtual awaitable<result<void>> sync(Call& call) = 0;

  /// Whether the store answers at all.
  virtual awaitable<result<void>> ping(Call& call) = 0;

  /// What kind of store this is, such as "sqlite".
  [[nodiscard]] virtual std::string_view kind() const noexcept = 0;
};

}  // namespace curt::links

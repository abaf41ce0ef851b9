#pragma once

#include <array>
#include <string_view>

#include "store/statement.hpp"

namespace curt::store::postgres {

/// The names of all statements: the label of the metric, and the name under which one is prepared.
inline constexpr auto kStatementNames = std::to_array<std::string_view>({
    // transactions, and whether the database answers
    "begin",
    "commit",
    "roll_back",
    "ping",
    "plan_for_parameters",
    "find_claims",
    // links
    "lock_key",
    "lock_imports",
    "lock_reuse",
    "find_link",
    "lock_link",
    "lock_link_of_owner",
    "find_reusable",
    "find_reusable_rows",
    "insert_links",
    "insert_imported_visits",
    "sum_imported_visits",
    "update_link",
    "delete_link",
    "restore_link",
    "give_links",
    "spend_visits",
    "find_holders",
    "list_links",
    "find_last_code",
    "read_search_state",
    "search_texts",
    "search_links",
    "isolate_search",
    "read_in_order",
    "lock_search_texts",
    "find_search_texts",
    "begin_search_texts_anew",
    "read_newer_links",
    "read_older_links",
    "take_memory_for_search",
    "write_search_texts",
    "note_newer_links",
    "note_older_links",
    "find_idempotency",
    "insert_idempotency",
    "purge_idempotency",
    // the outbox
    "look_at_outbox",
    "find_open_changes",
    "wait_for_nobody",
    "commit_lazily",
    "lock_belief",
    "note_announced",
    "believe_cache",
    "reopen_changes",
    "sweep_outbox",
    // keys
    "look_at_keys",
    "lock_keys",
    "next_key_change",
    "find_key",
    "insert_key",
    "update_key",
    "list_keys",
    "note_keys_used",
    // visits
    "lock_visits",
    "lock_visit_upkeep",
    "change_visit_partitions",
    "insert_batches",
    "forget_replays",
    "find_overlaps",
    "find_partitions",
    "copy_visits",
    "add_totals",
    "add_hourly",
    "add_daily",
    "add_all_hourly",
    "add_all_daily",
    "add_to_rings",
    "give_batch_up",
    "add_given_up",
    "find_settled",
    "confirm_batches",
    "forget_confirmed",
    "find_seen",
    "report_epoch",
    "sum_epochs",
    "find_totals",
    "find_series",
    "find_series_of_all",
    "find_series_of_owner",
    "sum_all_visits",
    "sum_visits_of_owner",
    "find_top",
    "find_top_of_days",
    "find_top_of_owner",
    "find_top_of_owner_days",
    "find_referrers",
    "read_clock",
    "begin_hourly_from",
    "remove_all_hourly",
    "remove_hourly",
    "find_past_epochs",
    "lock_past_rings",
    "add_past_epochs",
    "add_past_rings",
    "count_lost_epochs",
    "remove_empty_epochs",
    "clear_past_rings",
    "fold_epochs",
    "find_old_epochs",
    "forget_rings",
    "forget_batches",
    "forget_epochs",
    "move_epochs_from",
    "find_due_periods",
    "forget_period",
    "roll_up_days",
    "roll_up_periods",
});

/// A statement with $1, $2 … for its parameters.
///
/// Some take advisory locks, which end with their transaction: 1668641395 migrations, ...396 imports, ...397
/// reuse of a target, ...398 an Idempotency-Key, ...399 upkeep of visits, ...400 texts of the
/// search. The numbers are arbitrary, but all versions of curt must share them. A transaction that takes
/// several takes the key's first, then that of imports, then a target's, so that there is no deadlock.
using Statement = store::Statement<kStatementNames>;
using StatementTimes = store::StatementTimes<kStatementNames>;

}  // namespace curt::store::postgres

#pragma once

#include <array>
#include <string_view>

#include "store/statement.hpp"

namespace curt::store::sqlite {

/// The names of all statements: the label of the metric.
inline constexpr auto kStatementNames = std::to_array<std::string_view>({
    // transactions, and whether the database answers
    "begin",
    "commit",
    "roll_back",
    "savepoint",
    "release",
    "roll_back_to",
    "ping",
    // links
    "find_link",
    "find_link_of_owner",
    "find_reusable",
    "insert_link",
    "insert_imported_visits",
    "sum_imported_visits",
    "update_link",
    "delete_link",
    "restore_link",
    "give_link",
    "spend_visits",
    "list_links",
    "find_last_code",
    "find_idempotency",
    "insert_idempotency",
    "purge_idempotency",
    // the outbox
    "look_at_outbox",
    "find_open_changes",
    "note_announced",
    "believe_cache",
    "reopen_changes",
    "sweep_outbox",
    // keys
    "look_at_keys",
    "next_key_change",
    "find_key",
    "insert_key",
    "update_key",
    "list_keys",
    "note_keys_used",
    // visits
    "insert_batch",
    "is_replay",
    "overlaps",
    "add_totals",
    "add_hourly",
    "add_daily",
    "add_all_hourly",
    "add_all_daily",
    "add_to_ring",
    "find_batch",
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
    "read_clock",
    "begin_hourly_from",
    "remove_all_hourly",
    "remove_hourly",
    "find_past_epochs",
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
    "sum_days",
    "roll_up_periods",
    "sum_periods",
});

/// A statement with ?1, ?2 … for its parameters.
using Statement = store::Statement<kStatementNames>;
using StatementTimes = store::StatementTimes<kStatementNames>;

}  // namespace curt::store::sqlite

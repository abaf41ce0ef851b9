#pragma once

#include "curt/access/key_store.hpp"
#include "curt/links/link_store.hpp"
#include "curt/links/outbox.hpp"
#include "curt/links/search_index.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::store {

/// A database: links, and how often they were visited, through the same threads and connections; and the
/// outbox of their changes, through those of its own.
class Store : public links::LinkStore {
 public:
  /// Lives as long as the store.
  [[nodiscard]] virtual visits::VisitStore& visits() noexcept = 0;

  /// Lives as long as the store.
  [[nodiscard]] virtual links::Outbox& outbox() noexcept = 0;

  /// Lives as long as the store.
  [[nodiscard]] virtual access::KeyStore& keys() noexcept = 0;

  /// Lives as long as the store; nothing where searches read every link.
  [[nodiscard]] virtual links::SearchIndex* search_index() noexcept = 0;
};

}  // namespace curt::store

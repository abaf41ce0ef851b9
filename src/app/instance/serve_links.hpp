#pragma once

#include <chrono>
#include <span>

#include "curt/app/settings/settings.hpp"
#include "curt/cache/local/local_link_cache.hpp"
#include "curt/links/cache_coherence.hpp"
#include "curt/links/code_generator.hpp"
#include "curt/links/link_rules.hpp"
#include "curt/links/link_service.hpp"
#include "curt/links/resolver.hpp"
#include "curt/links/visit_budget.hpp"
#include "curt/store/store.hpp"

#include "app/wiring/ground.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {

/// What finds links for `curt serve`, and what changes them. What it is given must outlive it.
struct ServeLinks {
  ServeLinks(const Settings& settings, store::Store& store, const SharedCache& shared, Ground& ground);
  ServeLinks(const ServeLinks&) = delete;
  ServeLinks& operator=(const ServeLinks&) = delete;

  /// Starts the shared cache on these executors and follows the changes that other instances announce, on the
  /// first of them. Nothing without a shared cache.
  void follow_others(const SharedCache& shared, const Clock& clock, std::span<const Executor> executors);

  cache::LocalLinkCache cache;
  links::Resolver resolver;
  links::CacheCoherence coherence;
  const links::LinkRules rules;
  const links::CodeGenerator codes;
  links::LinkService service;
  links::VisitBudget budget;
};

}  // namespace curt::app

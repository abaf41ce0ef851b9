#pragma once

#include <span>

#include "curt/app/settings/settings.hpp"
#include "curt/cache/local/local_link_cache.hpp"
#include "curt/links/announcer.hpp"
#include "curt/links/cache_coherence.hpp"
#include "curt/links/code_generator.hpp"
#include "curt/links/doubt.hpp"
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
  ServeLinks(const Settings& settings, store::Store& store, const SharedCache& shared,
             const limits::TargetPolicy& policy, Ground& ground);
  ServeLinks(const ServeLinks&) = delete;
  ServeLinks& operator=(const ServeLinks&) = delete;

  /// Starts the shared cache, if there is one, on these executors, and follows what other instances change on
  /// the first of them.
  void follow_others(const SharedCache& shared, std::span<const Executor> executors);

  cache::LocalLinkCache cache;
  links::Doubt doubt;
  links::Resolver resolver;
  links::Announcer announcer;
  links::CacheCoherence coherence;
  const links::LinkRules rules;
  const links::CodeGenerator codes;
  links::LinkService service;
  links::VisitBudget budget;
};

}  // namespace curt::app

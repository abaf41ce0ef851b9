#include "app/instance/serve_keys.hpp"

#include <string>

#include "app/instance/first_key.hpp"

namespace curt::app {
namespace {

/// What to say where there turns out to be no key.
std::string advice_of(const Settings& settings) {
  if (settings.auth_mode() != AuthMode::keys) return {};
  return "no API key is good, and without one nobody manages links; this makes one, also now: " +
         way_to_first_key(settings);
}

}  // namespace

ServeKeys::ServeKeys(const Settings& settings, store::Store& store, Ground& ground,
                     std::optional<access::KeyParts> admin)
    : follower({.store = store.keys(), .keys = keys, .clock = ground.clock, .metrics = ground.metrics}, admin,
               advice_of(settings)),
      service(store.keys(), &keys, ground.random, ground.clock) {}

}  // namespace curt::app

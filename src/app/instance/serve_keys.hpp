#pragma once

#include <chrono>
#include <optional>

#include "curt/access/key_follower.hpp"
#include "curt/access/key_service.hpp"
#include "curt/access/key_text.hpp"
#include "curt/access/keys.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/base/async.hpp"
#include "curt/store/store.hpp"

#include "app/wiring/ground.hpp"

namespace curt::app {

/// The API keys of an instance. What it is given must outlive it, and it must outlive the io_context on which
/// it follows.
struct ServeKeys {
  /// For the database to answer once before requests are taken, so that the first of them find their keys.
  static constexpr std::chrono::seconds kFirstLook{2};

  /// `admin` is registered where there is no key with its id.
  ServeKeys(const Settings& settings, store::Store& store, Ground& ground,
            std::optional<access::KeyParts> admin);
  ServeKeys(const ServeKeys&) = delete;
  ServeKeys& operator=(const ServeKeys&) = delete;

  access::Keys keys;
  access::KeyFollower follower;
  access::KeyService service;
};

}  // namespace curt::app

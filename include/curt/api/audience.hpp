#pragma once

namespace curt::api {

/// Whom a route is for. Where only this machine reaches the service, that is what protects it, so whom else a
/// browser or a proxy here lets in must not get further than the route's audience.
enum class Audience {
  visitors,  ///< anybody, under any name: what a short link and its visitor need
  readers,   ///< anybody who asks under a name of ours: shows more than a visitor needs
  owners,    ///< those who run the service and its links
};

}  // namespace curt::api

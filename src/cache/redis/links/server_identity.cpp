#include "cache/redis/links/server_identity.hpp"

#include <utility>

#include "cache/redis/protocol/info_field.hpp"

namespace curt::cache {
namespace {

using links::SharedIdentity;
using Kind = SharedIdentity::Kind;

}  // namespace

RedisCommand identity_command() { return make_command(RedisVerb::other, {"INFO"}); }

SharedIdentity identity_from(const std::optional<RedisReply>& reply) {
  if (!reply) return {Kind::out_of_reach, {}};
  // A server that is loading or busy will tell later.
  if (reply->is_error("LOADING") || reply->is_error("BUSY") || reply->is_error("MASTERDOWN")) {
    return {Kind::out_of_reach, {}};
  }
  const bool is_text = reply->kind == RedisReply::Kind::text;
  const std::string_view info = is_text ? std::string_view{reply->text} : std::string_view{};
  const std::string_view run = info_field(info, "run_id");
  if (run.empty()) return {Kind::not_told, {}};
  std::string text{run};
  for (const std::string_view name : {"role", "master_replid2"}) {
    text += ':';
    text += info_field(info, name);
  }
  return {Kind::known, std::move(text)};
}

SharedIdentity identity_from(std::span<const ConnectionReply> replies) {
  std::optional<SharedIdentity> first;
  for (const ConnectionReply& one : replies) {
    if (!one.connected) continue;
    SharedIdentity identity = identity_from(one.reply);
    if (identity.kind != Kind::known) return identity;
    if (first && identity.text != first->text) return {Kind::out_of_reach, {}};
    first = std::move(identity);
  }
  return first.value_or(SharedIdentity{Kind::out_of_reach, {}});
}

}  // namespace curt::cache

#include "cache/redis/links/server_identity.hpp"

#include <utility>

namespace curt::cache {
namespace {

using links::SharedIdentity;
using Kind = SharedIdentity::Kind;

/// The value of a line such as `run_id:0123abc`; empty if there is none.
std::string_view field_of(std::string_view info, std::string_view name) {
  while (!info.empty()) {
    const std::size_t end = info.find('\n');
    std::string_view line = info.substr(0, end);
    info.remove_prefix(end == std::string_view::npos ? info.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
      return line.substr(name.size() + 1);
  }
  return {};
}

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
  const std::string_view run = field_of(info, "run_id");
  if (run.empty()) return {Kind::not_told, {}};
  std::string text{run};
  for (const std::string_view name : {"role", "master_replid2"}) {
    text += ':';
    text += field_of(info, name);
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

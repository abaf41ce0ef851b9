#include "app/doctor/checks/addresses_check.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/url/parse.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "curt/visits/epoch/folder_census.hpp"

#include "app/instance/serve_folders.hpp"
#include "app/wiring/health_probe.hpp"

namespace curt::app {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

constexpr std::chrono::milliseconds kPatience{1500};

/// Where this machine reaches what listens there.
ListenAddress reached_at(ListenAddress listen) {
  if (!listen.address.is_unspecified()) return listen;
  if (listen.address.is_v4()) {
    listen.address = net::ip::address_v4::loopback();
  } else {
    listen.address = net::ip::address_v6::loopback();
  }
  return listen;
}

/// What `curt serve` says of its health to those who show no key.
bool is_one_word(const nlohmann::json& json) {
  if (!json.is_object() || json.size() != 1) return false;
  const auto status = json.find("status");
  return status != json.end() && (*status == "up" || *status == "degraded" || *status == "down");
}

/// Who answers /health with this body.
Answerer answerer_of(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (is_one_word(json)) return {Answerer::Kind::serve, json["status"].get<std::string>()};
  if (!json.is_object() || !json.contains("version")) return {};
  const auto components = json.find("components");
  if (components == json.end() || !components->is_object()) return {};
  const auto text = [&json](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "?";
  };
  const bool serves = components->contains("database") && components->contains("visits");
  return {serves ? Answerer::Kind::serve : Answerer::Kind::worker,
          fmt::format("version {}, {}", text("version"), text("status"))};
}

bool is_private(const net::ip::address& address) {
  NetworkSet networks;
  for (const char* network : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                              "100.64.0.0/10", "fc00::/7", "fe80::/10"}) {
    networks.add(network);
  }
  return networks.contains(address);
}

enum class HostReach : std::uint8_t { machine, network, world };

/// Who can reach a host of this name, as far as a name tells.
HostReach reach_of(std::string_view host) {
  boost::system::error_code error;
  const auto address = net::ip::make_address(std::string{host}, error);
  if (!error) {
    if (address.is_loopback()) return HostReach::machine;
    return is_private(address) ? HostReach::network : HostReach::world;
  }
  if (host == "localhost" || host.ends_with(".localhost")) return HostReach::machine;
  const bool is_of_network = host.find('.') == std::string_view::npos || host.ends_with(".local") ||
                             host.ends_with(".internal") || host.ends_with(".lan") ||
                             host.ends_with(".home.arpa");
  return is_of_network ? HostReach::network : HostReach::world;
}

std::string listed(const std::vector<ListenAddress>& addresses) {
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const ListenAddress& address : addresses) texts.push_back(to_string(address));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Who may do what where keys are asked for.
void judge_keys(const Settings& settings, const std::optional<std::string>& others, Findings& findings) {
  if (settings.is_loopback_only()) {
    findings.ok(fmt::format("only this machine reaches {}", listed(settings.listen)));
  }
  const std::string why = settings.auth ? "CURT_AUTH is keys" : others.value_or("");
  findings.ok(fmt::format("links need an API key: {}", why));
  if (!settings.public_shorten) return;
  findings.note(fmt::format("everybody who reaches {} can create links{} (CURT_PUBLIC_SHORTEN)",
                            listed(settings.listen),
                            settings.public_aliases ? " and choose their codes" : ""));
}

void judge_base_url(const Settings& settings, Findings& findings) {
  const bool loopback_only = settings.is_loopback_only();
  const auto url = boost::urls::parse_uri(settings.base_url);
  if (!url) return;
  const HostReach reach = reach_of(std::string{url->host_address()});
  const std::string base = settings.base_url;
  if (reach == HostReach::machine && !loopback_only) {
    findings.warn(fmt::format("short URLs begin with {}, which leads each visitor to his own machine", base),
                  "set CURT_BASE_URL to the name under which visitors reach this service");
    return;
  }
  if (reach == HostReach::machine) {
    constexpr std::uint16_t kHttp = 80;
    const std::uint16_t port = url->has_port() ? url->port_number() : kHttp;
    const bool listens = std::ranges::any_of(
        settings.listen, [port](const ListenAddress& one) { return one.port == port || one.port == 0; });
    if (listens || url->scheme() == "https") {
      findings.ok(fmt::format("short URLs begin with {}", base));
    } else {
      findings.warn(fmt::format("short URLs begin with {}, and nobody listens on that port", base),
                    "set CURT_BASE_URL to where CURT_LISTEN is reached");
    }
    return;
  }
  if (url->scheme() == "http" && reach == HostReach::world) {
    findings.warn(
        fmt::format("short URLs begin with {}: anybody on the way can lead visitors elsewhere", base),
        "put a proxy with TLS before curt, and let CURT_BASE_URL begin with https://");
  } else {
    findings.ok(fmt::format("short URLs begin with {}", base));
  }
  if (!loopback_only) return;
  findings.note(
      "visitors reach this only through a proxy or tunnel on this machine",
      settings.trusted_proxies.empty()
          ? "CURT_TRUSTED_PROXIES=127.0.0.1 makes visits count by the visitors' addresses, not the proxy's"
          : "");
}

void judge_trust(const Settings& settings, Findings& findings) {
  boost::system::error_code error;
  const auto trusts = [&](const char* address) {
    return settings.trusted_proxies.contains(net::ip::make_address(address, error));
  };
  // Two addresses of two ends of the internet (RFC 5737 keeps them for documents).
  if (trusts("192.0.2.1") && trusts("203.0.113.1")) {
    findings.warn("X-Forwarded-For is believed of everybody, so that any client can name any address",
                  "CURT_TRUSTED_PROXIES should name the proxies alone");
  }
  const std::vector<std::string>& origins = settings.cors_origins;
  if (std::ranges::find(origins, "*") != origins.end()) {
    findings.warn("pages of any site may manage links from the browsers of all who reach this service",
                  "CURT_CORS_ORIGINS should name the sites that need it");
  } else if (!origins.empty()) {
    findings.note(fmt::format("pages of {} may manage links from a browser", fmt::join(origins, ", ")));
  }
}

}  // namespace

AddressFacts try_address(const ListenAddress& address, std::chrono::milliseconds timeout) {
  AddressFacts facts;
  facts.address = address;
  net::io_context context;
  tcp::acceptor acceptor{context};
  const tcp::endpoint endpoint{address.address, address.port};
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  // As curt listens; without listen(2) nobody is kept waiting.
  if (!error) acceptor.set_option(net::socket_base::reuse_address(true), error);
  if (!error && address.address.is_v6()) acceptor.set_option(net::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  facts.error = error.value();
  if (facts.error != EADDRINUSE) return facts;
  const std::string text = fmt::format("http://{}/health", to_string(reached_at(address)));
  const auto url = boost::urls::parse_uri(text);
  if (!url) return facts;
  if (const auto answer = ask_health(*url, timeout)) facts.other = answerer_of(answer->body);
  return facts;
}

void judge_address(const AddressFacts& facts, std::string_view variable, Answerer::Kind own,
                   Findings& findings) {
  using Kind = Answerer::Kind;
  const std::string name = to_string(facts.address);
  const auto& [kind, state] = facts.other;
  if (facts.error == 0) {
    findings.ok(facts.address.port == 0 ? fmt::format("{}: any free port", name)
                                        : fmt::format("{} is free", name));
  } else if (facts.error == EADDRINUSE && kind == own && kind != Kind::unknown) {
    std::string text = fmt::format(
        "a curt runs on {} ({}), as far as can be told of this service; a second one would not start there",
        name, state);
    if (own == Kind::serve) {
      findings.note_instance(std::move(text));
    } else {
      findings.note(std::move(text));
    }
  } else if (facts.error == EADDRINUSE) {
    std::string who = fmt::format("another process listens on {}", name);
    if (kind != Kind::unknown) {
      who = fmt::format("another `curt {}` listens on {} ({})", kind == Kind::serve ? "serve" : "worker",
                        name, state);
    }
    findings.fail(std::move(who), fmt::format("`ss -ltnp 'sport = :{}'` names it; {} can name another port",
                                              facts.address.port, variable));
  } else if (facts.error == EACCES) {
    findings.fail(
        fmt::format("this user may not listen on {}", name),
        "ports below 1024 need root, or AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit of systemd");
  } else {
    findings.fail(fmt::format("cannot listen on {}: {}", name, std::generic_category().message(facts.error)),
                  facts.error == EADDRNOTAVAIL ? "`ip addr` lists the addresses of this machine" : "");
  }
}

void judge_reach(const Settings& settings, Findings& findings) {
  const auto others = settings.reached_by_others();
  if (settings.auth_mode() == AuthMode::keys) {
    judge_keys(settings, others, findings);
  } else if (others && !settings.is_loopback_only()) {
    findings.warn(
        fmt::format(
            "anybody who reaches {} can create and change links, and read /metrics: no keys are asked for",
            listed(settings.listen)),
        "CURT_AUTH=keys asks for them; or let a firewall or a proxy pass only what visitors need: GET and "
        "HEAD of /CODE and /CODE+");
  } else if (settings.allow_open) {
    findings.warn(
        fmt::format("only this machine reaches {}, but CURT_ALLOW_OPEN is true: anybody who comes through a "
                    "proxy on this machine can create and change links, and read /metrics",
                    listed(settings.listen)),
        "leave CURT_ALLOW_OPEN unset, or set CURT_AUTH=keys, or let the proxy pass only what visitors need: "
        "GET and HEAD of /CODE and /CODE+");
  } else {
    findings.ok(fmt::format("only this machine reaches {}; no keys are asked for", listed(settings.listen)));
  }
  judge_base_url(settings, findings);
  judge_trust(settings, findings);
}

void check_addresses(const Settings& settings, Findings& findings) {
  judge_reach(settings, findings);
  // An instance of this service has visits in its data folder. That it is the one that listens is likely, not
  // certain.
  const bool runs = visits::count_folders(visits_folder(settings)).in_use > 0;
  const Answerer::Kind own = runs ? Answerer::Kind::serve : Answerer::Kind::unknown;
  for (const ListenAddress& address : settings.listen)
    judge_address(try_address(address, kPatience), "CURT_LISTEN", own, findings);
  for (const ListenAddress& address : settings.metrics_listen)
    judge_address(try_address(address, kPatience), "CURT_METRICS_LISTEN", own, findings);
}

}  // namespace curt::app

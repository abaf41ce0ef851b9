#include "flows/options.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "curt/base/text.hpp"

namespace flows {

namespace {

/// What is said, and has yet to be understood.
struct Texts {
  std::vector<double> weights{0, 1, 0};
  std::string key_file;
  std::vector<std::string> metrics;
};

void describe(CLI::App& app, Options& options, Texts& texts) {
  app.add_option("url", options.url, "Where the service is, on this machine: http://127.0.0.1:8080")
      ->required();
  app.add_option("--weights", texts.weights, "Creates:redirects:statistics, such as 2:10:1")
      ->delimiter(':')
      ->expected(3)
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "Connections at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--new-connections", options.new_connections,
                 "Part of the requests on a connection of their own, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--rate", options.rate, "Requests a second on a schedule; 0: as fast as answers come")
      ->check(CLI::Range(0.0, 50'000.0))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long, 600 at most; SIGINT and SIGTERM end it earlier")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  app.add_option("--requests", options.requests, "End after so many; 0: after the time");
  app.add_option("--links", options.links, "Links to make before the clock starts")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--bots", options.bots, "Part of the visitors that are bots")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--clients", options.clients,
                 "Visitors have so many addresses, in X-Forwarded-For; 0: no such header")
      ->check(CLI::Range(0U, 100'000U));
  app.add_option("--key-file", texts.key_file, "File with an API key, for creates and statistics");
  app.add_option("--metrics", texts.metrics, "URLs of curt's /metrics, for the hit rate")->delimiter(',');
  app.add_option("--cpu", options.processes, "Processes whose CPU time counts, with their children")
      ->delimiter(',');
  app.add_option("--timeout", options.timeout, "Milliseconds for an answer")->check(CLI::Range(10, 60'000));
  app.add_option("--settle", options.settle, "Seconds that visits are waited for afterwards")
      ->check(CLI::Range(1, 300));
  app.add_flag("!--no-visits", options.compare_visits,
               "Do not compare redirects with the visits in the statistics");
  app.add_option("--json", options.json_file, "File for the figures");
  app.add_flag("--timeline", options.timeline, "A line every second");
}

Options defaults(Mode mode) {
  Options options;
  options.mode = mode;
  options.seconds = mode == Mode::mix ? 10 : 30;
  options.rate = mode == Mode::mix ? 0 : 2000;
  options.new_connections = mode == Mode::mix ? 0 : 0.5;
  options.ramp = 10;
  options.links = 1000;
  options.bots = 0.1;
  options.timeout = std::chrono::seconds{5};
  options.settle = std::chrono::seconds{60};
  return options;
}

std::string read_key(const std::string& file) {
  std::ifstream stream{file};
  std::string line;
  std::getline(stream, line);
  const std::string key{curt::trim_white_space(line)};
  if (key.empty())
    throw std::invalid_argument{fmt::format("--key-file: no key can be read from \"{}\"", file)};
  return key;
}

void understand(Options& options, const Texts& texts) {
  options.base = parse_address(options.url, Reach::this_machine);
  if (options.base.path != "/") throw std::invalid_argument{"the URL of the service ends after its port"};
  std::copy_n(texts.weights.begin(), options.weights.size(), options.weights.begin());
  if (std::accumulate(options.weights.begin(), options.weights.end(), 0.0) <= 0) {
    throw std::invalid_argument{"--weights: nothing is left to do"};
  }
  if (!texts.key_file.empty()) options.key = read_key(texts.key_file);
  for (const std::string& url : texts.metrics) {
    options.metrics.push_back(parse_address(url, Reach::private_networks));
  }
}

}  // namespace

std::string_view name_of(Mode mode) {
  if (mode == Mode::mix) return "mix";
  return mode == Mode::campaign ? "campaign" : "steady";
}

std::optional<Options> parse_options(int argc, char** argv, Exit& exit) {
  CLI::App app{"Load for a curt behind its proxy, on this machine alone: every answer is checked and timed."};
  app.require_subcommand(1);
  std::array modes{defaults(Mode::mix), defaults(Mode::campaign), defaults(Mode::steady)};
  std::array<Texts, 3> texts;
  texts[0].weights = {2, 10, 1};
  constexpr std::array about{
      "Links are made and followed, statistics read, in these proportions",
      "One new link goes from nothing to 90 % of the traffic; its visits are compared afterwards",
      "Redirects at a fixed rate, on kept and new connections: for outages and deployments"};
  std::array<CLI::App*, 3> commands{};
  for (std::size_t i = 0; i < modes.size(); ++i) {
    commands.at(i) = app.add_subcommand(std::string{name_of(modes.at(i).mode)}, about.at(i));
    describe(*commands.at(i), modes.at(i), texts.at(i));
  }
  commands[1]
      ->add_option("--ramp", modes[1].ramp, "Seconds from nothing to the whole share")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
    for (std::size_t i = 0; i < modes.size(); ++i) {
      if (!commands.at(i)->parsed()) continue;
      understand(modes.at(i), texts.at(i));
      return modes.at(i);
    }
  } catch (const CLI::ParseError& wrong) {
    exit.status = app.exit(wrong) == 0 ? 0 : 2;
  } catch (const std::invalid_argument& wrong) {
    fmt::print(stderr, "flows: {}\n", wrong.what());
    exit.status = 2;
  }
  return std::nullopt;
}

}  // namespace flows

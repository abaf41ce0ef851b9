#include "app/doctor/checks/machine_check.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string judged(const std::function<void(MachineFacts&, Settings&)>& change) {
  Settings settings = default_settings();
  settings.threads = 2;
  MachineFacts facts;
  facts.cores = 2;
  facts.memory = std::uint64_t{4} << 30U;
  facts.has_synchronised_clock = true;
  facts.has_time_zones = true;
  change(facts, settings);
  Findings findings;
  judge_machine(settings, facts, findings);
  return test::text_of(findings);
}

TEST(MachineCheck, FindsNothingWrongWithAWellMachine) {
  EXPECT_EQ(judged([](MachineFacts&, Settings&) {}),
            "ok: 2 thread(s) answer requests, on 2 core(s)\n"
            "ok: cache and connections take up to 398 MiB of 4.0 GiB of memory\n"
            "ok: the database of time zones is there\n");
}

TEST(MachineCheck, SaysWhatIsAmiss) {
  EXPECT_THAT(judged([](MachineFacts& facts, Settings&) {
                facts.is_root = true;
                facts.core_quota = 0.5;
                facts.memory = std::uint64_t{256} << 20U;
                facts.has_synchronised_clock = false;
                facts.has_time_zones = false;
              }),
              AllOf(HasSubstr("note: this runs as root"),
                    HasSubstr("note: 2 thread(s) answer requests, on 0.5 core(s) -> CURT_THREADS=1"),
                    HasSubstr("warning: cache and connections"), HasSubstr("note: the kernel does not take"),
                    HasSubstr("warning: the database of time zones is missing")));
}

TEST(MachineCheck, ComparesTheEndWithThePatienceOfTheSupervisor) {
  const auto ends = [](const char* container, bool kubernetes, std::chrono::milliseconds timeout) {
    return judged([=](MachineFacts& facts, Settings& settings) {
      facts.container = container;
      facts.is_kubernetes = kubernetes;
      settings.shutdown_timeout = timeout;
    });
  };
  EXPECT_THAT(ends("", false, 10s), Not(HasSubstr("an end may take")));
  EXPECT_THAT(ends("", false, 2min), HasSubstr("and systemd kills after"));
  EXPECT_THAT(ends("/.dockerenv", false, 10s), HasSubstr("`docker stop` kills after 10s"));
  EXPECT_THAT(ends("KUBERNETES_SERVICE_HOST", true, 10s), Not(HasSubstr("an end may take")));
  EXPECT_THAT(ends("KUBERNETES_SERVICE_HOST", true, 30s), HasSubstr("terminationGracePeriodSeconds"));
}

TEST(MachineCheck, CountsTheDrainToTheEnd) {
  const auto ends = [](std::optional<std::chrono::milliseconds> drain, const char* address) {
    return judged([=](MachineFacts& facts, Settings& settings) {
      facts.container = "/.dockerenv";
      settings.listen.front().address = boost::asio::ip::make_address(address);
      settings.drain_delay = drain;
      settings.shutdown_timeout = 5s;
    });
  };
  EXPECT_THAT(ends({}, "127.0.0.1"), Not(HasSubstr("an end may take")));
  EXPECT_THAT(ends({}, "0.0.0.0"),
              AllOf(HasSubstr("an end may take 11s, 5s of it CURT_DRAIN_DELAY for load balancers, and "),
                    HasSubstr("or lower CURT_DRAIN_DELAY or CURT_SHUTDOWN_TIMEOUT")));
  EXPECT_THAT(ends(0s, "0.0.0.0"), Not(HasSubstr("an end may take")));
  EXPECT_THAT(ends(1min, "127.0.0.1"), HasSubstr("an end may take 66s, 1m of it"));
}

TEST(MachineCheck, GathersWhatThereIs) {
  const MachineFacts facts = gather_machine_facts();
  EXPECT_GE(facts.cores, 1U);
  EXPECT_GT(facts.memory, std::uint64_t{1} << 20U);
}

}  // namespace
}  // namespace curt::app

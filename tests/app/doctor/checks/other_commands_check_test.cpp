#include "app/doctor/checks/other_commands_check.hpp"

#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"

namespace curt::app {
namespace {

namespace net = boost::asio;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(OtherCommandsCheck, SaysWhatAMigrationLacks) {
  store::PostgresFacts facts;
  facts.user = "owner";
  facts.can_create = facts.owns_tables = true;
  store::SchemaCheck schema;
  schema.version = schema.latest_version = 7;
  const auto judged = [&] {
    Findings findings;
    judge_migration(facts, schema, findings);
    return test::text_of(findings);
  };
  EXPECT_EQ(judged(), "ok: owner finds the schema at version 7\n");
  facts.can_create = facts.owns_tables = false;
  facts.is_standby = true;
  schema.advice = "run `curt migrate`";
  EXPECT_THAT(judged(), AllOf(HasSubstr("warning: it takes no writes"),
                              HasSubstr("warning: owner may not create tables -> GRANT CREATE"),
                              HasSubstr("warning: owner does not own the tables"),
                              HasSubstr("note: run `curt migrate`"), Not(HasSubstr("error"))));
  schema.version = 0;
  EXPECT_THAT(judged(), Not(HasSubstr("own the tables")));
}

TEST(OtherCommandsCheck, WarnsWhereAMigrationCannotConnectAndShowsNoPassword) {
  Settings settings = default_settings();
  for (const char* url : {"postgresql://o:s3cret@127.0.0.1:1/curt", "postgresql://o:s3cret@db?nonsense=1"}) {
    settings.migrate_database_url = url;
    Findings findings;
    check_migration(settings, findings);
    EXPECT_THAT(test::text_of(findings),
                AllOf(HasSubstr("warning: "), Not(HasSubstr("error: ")), Not(HasSubstr("s3cret"))));
  }
}

TEST(OtherCommandsCheck, TriesTheAddressesOfAWorker) {
  net::io_context context;
  const net::ip::tcp::acceptor taken{context, {net::ip::address_v4::loopback(), 0}};
  Settings settings = default_settings();
  settings.worker_listen = {{net::ip::address_v4::loopback(), 0},
                            {net::ip::address_v4::loopback(), taken.local_endpoint().port()}};
  Findings findings;
  check_worker(settings, findings);
  EXPECT_THAT(test::text_of(findings), AllOf(HasSubstr("ok: 127.0.0.1:0: any free port"),
                                             HasSubstr("warning: another process listens on 127.0.0.1:"),
                                             HasSubstr("CURT_WORKER_LISTEN"), Not(HasSubstr("error: "))));
}

}  // namespace
}  // namespace curt::app

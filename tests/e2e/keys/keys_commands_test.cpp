#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/keys/key_desk.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KeysBesideAServer : public testing::Test {
 protected:
  /// Waits until the key gets this status, and notes how long that took, in milliseconds.
  void expect_soon(const std::string& key, unsigned status, const std::string& what) {
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return status_of(server_.port(), key) == status; })) << what;
    const auto took = std::chrono::steady_clock::now() - begun;
    RecordProperty(what, fmt::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    fmt::print("{} took effect within {} ms\n", what,
               std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  }

  const TempFolder folder_;
  CurtProcess server_{curt_binary(), folder_.path(), {{"CURT_AUTH", "keys"}}};
  KeyDesk desk_{folder_};
};

TEST_F(KeysBesideAServer, AreMadeRotatedAndRevoked) {
  const std::string key = desk_.create("links:read");
  expect_soon(key, 200, "create");
  EXPECT_EQ(status_of(server_.port(), key, "POST", "/shorten", R"({"url":"https://example.com/"})"), 403U);

  const std::string id = KeyDesk::id_of(key);
  const Finished rotated = desk_.run({"keys", "rotate", id});
  EXPECT_EQ(rotated.status, 0) << rotated.err;
  EXPECT_THAT(rotated.err, AllOf(HasSubstr("links:read"), HasSubstr("is good until")));
  const std::string second = KeyDesk::last_line(rotated.out);
  EXPECT_EQ(KeyDesk::id_of(second), id);
  expect_soon(second, 200, "rotate");
  EXPECT_EQ(status_of(server_.port(), key), 200U) << "the secret before has its grace";

  const std::string third = KeyDesk::last_line(desk_.run({"keys", "rotate", id, "--grace", "0"}).out);
  expect_soon(second, 401, "rotate without grace");
  EXPECT_EQ(status_of(server_.port(), third), 200U);
  EXPECT_EQ(status_of(server_.port(), key), 401U);

  EXPECT_EQ(desk_.run({"keys", "revoke", id}).status, 0);
  expect_soon(third, 401, "revoke");
  EXPECT_EQ(desk_.run({"keys", "revoke", id}).status, 0) << "once more is no harm";
  const Finished late = desk_.run({"keys", "rotate", id});
  EXPECT_EQ(late.status, 1);
  EXPECT_EQ(late.out, "");
  EXPECT_THAT(late.err, HasSubstr(id + " was revoked"));

  EXPECT_EQ(server_.stop(), 0);
  const auto listed = nlohmann::json::parse(desk_.run({"keys", "list", "--json"}).out);
  EXPECT_TRUE(listed.at("last_used_at").is_string()) << "the end notes what was used";
  const std::string said =
      desk_.said() + server_.process().standard_output() + server_.process().standard_error();
  EXPECT_THAT(said, HasSubstr(id)) << "audit lines name the key by its id";
  EXPECT_THAT(said, HasSubstr("\"by\":\"user:"));
  for (const std::string& text : {key, second, third}) {
    EXPECT_THAT(said, Not(HasSubstr(KeyDesk::secret_of(text))));
    EXPECT_THAT(files_with(folder_.path(), KeyDesk::secret_of(text)), IsEmpty());
  }
}

TEST_F(KeysBesideAServer, AreListedForPeopleAndForPrograms) {
  EXPECT_EQ(desk_.run({"keys", "list"}).out, "there are no keys\n");
  const std::string first = desk_.create("links:read,links:write", {"--own", "--expires", "2101-01-31"});
  const std::string second = desk_.create("admin");
  EXPECT_EQ(desk_.run({"keys", "revoke", KeyDesk::id_of(second)}).status, 0);
  EXPECT_THAT(desk_.run({"keys", "list"}).out,
              AllOf(HasSubstr("ID            STATE"), HasSubstr(KeyDesk::id_of(first) + "  good"),
                    HasSubstr("links:read links:write (own)"), HasSubstr("2101-01-31T00:00:00Z"),
                    HasSubstr(KeyDesk::id_of(second) + "  revoked")));
  const Finished listed = desk_.run({"keys", "list", "--json"});
  const auto json = nlohmann::json::parse(listed.out.substr(0, listed.out.find('\n')));
  EXPECT_EQ(json.at("id"), KeyDesk::id_of(first));
  EXPECT_EQ(json.at("name"), "a key");
  EXPECT_EQ(json.at("scopes"), nlohmann::json({"links:read", "links:write"}));
  EXPECT_EQ(json.at("own"), true);
  EXPECT_EQ(json.at("expires_at"), "2101-01-31T00:00:00Z");
  EXPECT_EQ(json.at("revoked_at"), nullptr);
}

TEST_F(KeysBesideAServer, ThatCannotBeAreRefusedByTheirArguments) {
  const Finished past =
      desk_.run({"keys", "create", "--name", "x", "--scopes", "admin", "--expires", "2001-01-31"});
  EXPECT_EQ(past.status, 2);
  EXPECT_THAT(past.err, HasSubstr("--expires must lie in the future"));
  const Finished nameless = desk_.run({"keys", "create", "--name", " ", "--scopes", "admin", "--own"});
  EXPECT_EQ(nameless.status, 2);
  EXPECT_THAT(nameless.err, AllOf(HasSubstr("--name must not be empty"), HasSubstr("--own excludes")));
  const Finished unknown = desk_.run({"keys", "revoke", "ZZZZZZZZZZZZ"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("ZZZZZZZZZZZZ is not the id of a key in this database"));
}

TEST_F(KeysBesideAServer, WithAnEndStopAtIt) {
  const std::string key = desk_.create("links:read", {"--expires", "3s"});
  expect_soon(key, 200, "create with an end");
  EXPECT_TRUE(eventually([&] { return status_of(server_.port(), key) == 401; }));
}

TEST(KeysOnPostgres, AreMadeAndRevokedBesideARunningServer) {
  PostgresServer& postgres = PostgresServer::shared();
  const TempFolder folder;
  KeyDesk bare{folder, postgres.url(postgres.fresh_database())};
  const Finished older = bare.run({"keys", "list"});
  EXPECT_EQ(older.status, 1);
  EXPECT_THAT(older.err, HasSubstr("curt migrate"));

  const std::string url = postgres.fresh_schema();
  CurtProcess server{curt_binary(), folder.path(), {{"CURT_AUTH", "keys"}, {"CURT_DATABASE_URL", url}}};
  EXPECT_TRUE(eventually([&] {
    return server.process().standard_output().find(
               "curt keys create --name admin --scopes admin (with the same CURT_DATABASE_URL)") !=
           std::string::npos;
  }));
  KeyDesk desk{folder, url};
  const std::string key = desk.create("links:read");
  EXPECT_TRUE(eventually([&] { return status_of(server.port(), key) == 200; }));
  EXPECT_THAT(desk.run({"keys", "list"}).out, HasSubstr(KeyDesk::id_of(key) + "  good"));
  EXPECT_THAT(desk.run({"doctor", "--listen", "127.0.0.1:0", "--auth", "keys"}).out,
              HasSubstr("1 key(s) are good"));
  EXPECT_EQ(desk.run({"keys", "revoke", KeyDesk::id_of(key)}).status, 0);
  EXPECT_TRUE(eventually([&] { return status_of(server.port(), key) == 401; }));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(desk.said() + server.process().standard_output(), Not(HasSubstr(KeyDesk::secret_of(key))));
}

TEST(KeysCommand, GeneratesAKeyThatIsStoredNowhere) {
  const TempFolder folder;
  KeyDesk desk{folder};
  const Finished made = desk.run({"keys", "generate"});
  EXPECT_EQ(made.status, 0) << made.err;
  const std::string key = KeyDesk::last_line(made.out);
  EXPECT_EQ(made.out, key + "\n");
  EXPECT_EQ(key.size(), 5U + 12 + 1 + 43);
  EXPECT_THAT(made.err, HasSubstr("CURT_ADMIN_KEY_FILE"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(KeysCommand, MakesNoDatabase) {
  const TempFolder folder;
  KeyDesk desk{folder};
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"keys", "create", "--name", "x", "--scopes", "admin"},
                                             {"keys", "list"},
                                             {"links", "give", "--to", "ZZZZZZZZZZZZ", "--where", "all"}}) {
    const Finished refused = desk.run(arguments);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("there is no database curt.db"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(KeysCommand, SaysWhichKeyIsLostWhereItCannotBeShown) {
  const TempFolder folder;
  KeyDesk desk{folder};
  const ChildOptions options{{{"CURT_DATABASE_URL", "sqlite:curt.db"}}, folder.path()};
  ASSERT_EQ(desk.run({"migrate"}).status, 0);
  const Finished lost =
      run({"/bin/sh", "-c", curt_binary() + " keys create --name x --scopes admin > /dev/full"}, options);
  EXPECT_EQ(lost.status, 1);
  EXPECT_THAT(lost.err, AllOf(HasSubstr("the key cannot be shown"), HasSubstr("curt keys revoke")));
}

}  // namespace
}  // namespace curt::test

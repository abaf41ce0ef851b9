#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/keys/key_desk.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Links of several owners, and of none, in a database that is served by nobody.
class OwnedLinks : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(desk_.run({"migrate"}).status, 0); }

  std::string given(const std::string& name, const std::string& text) const {
    std::ofstream{folder_.path() / name, std::ios::binary} << text;
    return name;
  }

  std::string exported() { return desk_.run({"export", "--format", "ndjson"}).out; }

  /// The owner that the export names for a code; empty for none.
  std::string owner_of(const std::string& code) {
    const std::string all = exported();
    const std::size_t at = all.find("\"code\":\"" + code + "\"");
    if (at == std::string::npos) return "no such link";
    const std::string line = all.substr(at, all.find('\n', at) - at);
    const std::size_t owner = line.find("\"owner\":\"");
    return owner == std::string::npos ? "" : line.substr(owner + 9, 12);
  }

  const TempFolder folder_;
  KeyDesk desk_{folder_};
};

TEST_F(OwnedLinks, ComeBackFromAnExportWithTheirOwners) {
  const std::string text =
      "{\"code\":\"mine\",\"url\":\"https://example.com/a\",\"owner\":\"Ab3dEf6hIj9l\"}\n"
      "{\"code\":\"nobodys\",\"url\":\"https://example.com/b\"}\n"
      "{\"code\":\"bad\",\"url\":\"https://example.com/c\",\"owner\":\"x\"}\n";
  const Finished first = desk_.run({"import", "--skip-invalid", given("links", text)});
  EXPECT_THAT(first.out, HasSubstr("2 imported, 0 already there, 1 rejected"));
  EXPECT_EQ(owner_of("mine"), "Ab3dEf6hIj9l");
  EXPECT_EQ(owner_of("nobodys"), "");
  const std::string before = exported();

  std::filesystem::remove(folder_.path() / "curt.db");
  ASSERT_EQ(desk_.run({"import", given("backup", before)}).status, 0);
  EXPECT_EQ(owner_of("mine"), "Ab3dEf6hIj9l");
  EXPECT_EQ(owner_of("nobodys"), "");
  const Finished csv = desk_.run({"export"});
  EXPECT_EQ(csv.err, "");
  EXPECT_THAT(csv.out, HasSubstr(",1,Ab3dEf6hIj9l,0,0\n"));
}

TEST_F(OwnedLinks, AreImportedForAKeyThatIsThere) {
  const std::string id = KeyDesk::id_of(desk_.create("links:read"));
  const std::string lines =
      given("links",
            "{\"code\":\"a\",\"url\":\"https://example.com/a\"}\n"
            "{\"code\":\"b\",\"url\":\"https://example.com/b\",\"owner\":\"Ab3dEf6hIj9l\"}\n");
  const Finished unknown = desk_.run({"import", lines, "--owner", "ZZZZZZZZZZZZ"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("ZZZZZZZZZZZZ is not the id of a key"));
  EXPECT_EQ(desk_.run({"import", lines, "--owner", id}).status, 0);
  EXPECT_EQ(owner_of("a"), id);
  EXPECT_EQ(owner_of("b"), "Ab3dEf6hIj9l");
}

TEST_F(OwnedLinks, AreGivenWhereTheyHadNoOwner) {
  const std::string id = KeyDesk::id_of(desk_.create("links:read", {"--own"}));
  std::string text =
      "{\"code\":\"red\",\"url\":\"https://example.com/red\",\"tags\":[\"colour\",\"warm\"]}\n"
      "{\"code\":\"blue\",\"url\":\"https://example.com/blue\",\"tags\":[\"colour\"]}\n"
      "{\"code\":\"owned\",\"url\":\"https://example.com/"
      "owned\",\"tags\":[\"colour\"],\"owner\":\"Ab3dEf6hIj9l\"}\n";
  for (int i = 0; i < 1200; ++i) text += "{\"url\":\"https://example.com/" + std::to_string(i) + "\"}\n";
  ASSERT_EQ(desk_.run({"import", given("links", text)}).status, 0);

  const Finished dry = desk_.run({"links", "give", "--to", id, "--dry-run", "--where", "tag=colour"});
  EXPECT_EQ(dry.out, "2 links would go to " + id + "\n") << dry.err;
  EXPECT_EQ(owner_of("red"), "");
  const Finished one = desk_.run({"links", "give", "--to", id, "--where", "tag=colour", "tag=warm"});
  EXPECT_EQ(one.out, "1 link given to " + id + "\n");
  EXPECT_THAT(one.err, AllOf(HasSubstr("\"action\":\"give_links\""), HasSubstr("\"links\":1"),
                             HasSubstr("\"by\":\"user:")));
  EXPECT_EQ(owner_of("red"), id);
  EXPECT_EQ(owner_of("blue"), "");
  EXPECT_EQ(desk_.run({"links", "give", "--to", id, "--where", "code=blue", "query=example"}).out,
            "1 link given to " + id + "\n");
  EXPECT_EQ(desk_.run({"links", "give", "--to", id, "--where", "code=blue"}).out,
            "0 links given to " + id + "\n");
  const Finished all = desk_.run({"links", "give", "--to", id, "--where", "all"});
  EXPECT_EQ(all.out, "1200 links given to " + id + "\n");
  EXPECT_THAT(all.err, AllOf(HasSubstr("\"links\":500"), HasSubstr("\"links\":200"))) << "a line a page";
  EXPECT_EQ(owner_of("owned"), "Ab3dEf6hIj9l");
}

TEST_F(OwnedLinks, OfAnOwnerGoToAnother) {
  const std::string id = KeyDesk::id_of(desk_.create("links:read", {"--own"}));
  const Finished imported = desk_.run(
      {"import", given("links",
                       "{\"code\":\"a\",\"url\":\"https://example.com/a\",\"owner\":\"Ab3dEf6hIj9l\"}\n"
                       "{\"code\":\"xax\",\"url\":\"https://example.com/b\",\"owner\":\"Ab3dEf6hIj9l\"}\n"
                       "{\"code\":\"mine\",\"url\":\"https://example.com/m\",\"owner\":\"" +
                           id + "\"}\n{\"code\":\"free\",\"url\":\"https://example.com/c\"}\n")});
  EXPECT_EQ(imported.status, 0);
  EXPECT_THAT(imported.err, AllOf(HasSubstr("an owner of these links is not in this database (Ab3dEf6hIj9l)"),
                                  HasSubstr("curt links give --from ID")));
  const std::vector<std::string> give{"links", "give", "--from", "Ab3dEf6hIj9l", "--to", id, "--where"};
  const auto given_where = [&](std::vector<std::string> conditions) {
    std::vector<std::string> arguments = give;
    arguments.insert(arguments.end(), conditions.begin(), conditions.end());
    return desk_.run(arguments);
  };
  EXPECT_EQ(given_where({"code=free"}).out, "0 links given to " + id + "\n");
  EXPECT_EQ(given_where({"code=a", "query=nowhere"}).out, "0 links given to " + id + "\n");
  EXPECT_EQ(given_where({"code=a", "query=EXAMPLE"}).out, "1 link given to " + id + "\n");
  EXPECT_EQ(owner_of("xax"), "Ab3dEf6hIj9l") << "a part of whose code is the code";
  const Finished rest = given_where({"all"});
  EXPECT_EQ(rest.out, "1 link given to " + id + "\n");
  EXPECT_THAT(rest.err, AllOf(HasSubstr("\"from\":\"Ab3dEf6hIj9l\""), HasSubstr("\"to\":\"" + id)));
  EXPECT_EQ(owner_of("free"), "");
}

TEST_F(OwnedLinks, AreGivenToNoKeyThatHasExpired) {
  const std::string id = KeyDesk::id_of(desk_.create("links:read", {"--expires", "1s"}));
  Finished refused;
  EXPECT_TRUE(eventually([&] {
    refused = desk_.run({"links", "give", "--to", id, "--where", "all"});
    return refused.status == 2;
  }));
  EXPECT_THAT(refused.err, HasSubstr("the key " + id + " expired at "));
  EXPECT_EQ(desk_.run({"import", given("links", "a,https://example.com/a\n"), "--owner", id}).status, 2);
}

TEST_F(OwnedLinks, AreGivenToNoKeyThatIsNotThere) {
  const Finished unknown = desk_.run({"links", "give", "--to", "ZZZZZZZZZZZZ", "--where", "all"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("ZZZZZZZZZZZZ is not the id of a key in this database"));
  const std::string id = KeyDesk::id_of(desk_.create("links:read"));
  ASSERT_EQ(desk_.run({"keys", "revoke", id}).status, 0);
  const Finished revoked = desk_.run({"links", "give", "--to", id, "--where", "all"});
  EXPECT_EQ(revoked.status, 2);
  EXPECT_THAT(revoked.err, HasSubstr(id + " was revoked"));
}

TEST_F(OwnedLinks, AreSeenByTheirKeyAtOnceBesideARunningServer) {
  ASSERT_EQ(desk_.run({"import", given("links", "a,https://example.com/a\n")}).status, 0);
  CurtProcess server{curt_binary(), folder_.path(), {{"CURT_AUTH", "keys"}}};
  const std::string key = desk_.create("links:read", {"--own"});
  ASSERT_TRUE(eventually([&] { return status_of(server.port(), key) == 200; }));
  EXPECT_EQ(status_of(server.port(), key, "GET", "/api/v1/links/a"), 404U);
  EXPECT_EQ(desk_.run({"links", "give", "--to", KeyDesk::id_of(key), "--where", "all"}).status, 0);
  EXPECT_EQ(status_of(server.port(), key, "GET", "/api/v1/links/a"), 200U);
}

}  // namespace
}  // namespace curt::test

#include <fstream>
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
using testing::IsEmpty;
using testing::Not;

using Environment = CurtProcess::Environment;

constexpr const char* kAdminKey = "curt_Ab3dEf6hIj9l_0123456789abcdefghijABCDEFGHIJ0123456789abc";

class KeysAtStart : public testing::Test {
 protected:
  [[nodiscard]] Finished serve(Environment environment) const {
    environment.emplace_back("CURT_DATABASE_URL", "sqlite:curt.db");
    return run({curt_binary(), "serve"}, {environment, folder_.path()});
  }

  /// What a service with these settings answers to a list of links and to a new link, of nobody.
  std::pair<unsigned, unsigned> answers_to_nobody(const Environment& environment) {
    CurtProcess server{curt_binary(), folder_.path(), environment};
    const unsigned list = status_of(server.port(), "");
    const unsigned create =
        status_of(server.port(), "", "POST", "/shorten", R"({"url":"https://example.com/"})");
    EXPECT_EQ(server.stop(), 0);
    return {list, create};
  }

  [[nodiscard]] std::string file(const std::string& text) const {
    const std::string name = (folder_.path() / "admin.key").string();
    std::ofstream{name} << text;
    return name;
  }

  const TempFolder folder_;
};

TEST_F(KeysAtStart, OpenToOthersIsRefusedUnlessItIsAllowed) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"CURT_LISTEN", "0.0.0.0:0"},
                                                        {"CURT_BASE_URL", "https://go.example.com"},
                                                        {"CURT_TRUSTED_PROXIES", "127.0.0.1"}}) {
    Environment environment{{name, value}, {"CURT_AUTH", "open"}};
    const Finished refused = serve(environment);
    EXPECT_EQ(refused.status, 2) << name;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("CURT_AUTH: open"), HasSubstr("CURT_AUTH=keys"),
                                   HasSubstr("CURT_ALLOW_OPEN=true")));
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1);
    if (name == "CURT_LISTEN") continue;  // CurtProcess names its own
    environment.emplace_back("CURT_ALLOW_OPEN", "true");
    EXPECT_EQ(answers_to_nobody(environment), std::pair(200U, 201U)) << name;
  }
  EXPECT_EQ(answers_to_nobody({{"CURT_AUTH", "open"}}), std::pair(200U, 201U));
}

TEST_F(KeysAtStart, KeysAreAskedForWhereOthersReachTheService) {
  EXPECT_EQ(answers_to_nobody({}), std::pair(200U, 201U));
  EXPECT_EQ(answers_to_nobody({{"CURT_METRICS_LISTEN", "0.0.0.0:0"}}), std::pair(200U, 201U))
      << "no link can be changed there";
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"CURT_AUTH", "keys"},
                                                        {"CURT_BASE_URL", "https://go.example.com"},
                                                        {"CURT_TRUSTED_PROXIES", "127.0.0.1"}}) {
    EXPECT_EQ(answers_to_nobody({{name, value}}), std::pair(401U, 401U)) << name;
    EXPECT_EQ(answers_to_nobody({{name, value}, {"CURT_PUBLIC_SHORTEN", "true"}}), std::pair(401U, 201U))
        << name;
  }
}

TEST_F(KeysAtStart, AnOpenServiceThatOthersReachSaysSo) {
  CurtProcess server{curt_binary(),
                     folder_.path(),
                     {{"CURT_BASE_URL", "https://go.example.com"}, {"CURT_ALLOW_OPEN", "true"}}};
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(), HasSubstr("anybody who reaches this service can create"));
}

TEST_F(KeysAtStart, ThePublicChoosesAliasesOnlyWhereItMayCreate) {
  const Finished refused = serve({{"CURT_PUBLIC_ALIASES", "true"}});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("CURT_PUBLIC_ALIASES"));
  const std::string body = R"({"url":"https://example.com/","alias":"mine"})";
  const Environment shorten{{"CURT_AUTH", "keys"}, {"CURT_PUBLIC_SHORTEN", "true"}};
  {
    CurtProcess server{curt_binary(), folder_.path(), shorten};
    EXPECT_EQ(status_of(server.port(), "", "POST", "/shorten", body), 403U);
  }
  Environment aliases = shorten;
  aliases.emplace_back("CURT_PUBLIC_ALIASES", "true");
  CurtProcess server{curt_binary(), folder_.path(), aliases};
  EXPECT_EQ(status_of(server.port(), "", "POST", "/shorten", body), 201U);
}

TEST_F(KeysAtStart, TheAdminKeyOfAFileIsGoodFromTheFirstRequest) {
  const Environment environment{{"CURT_AUTH", "keys"},
                                {"CURT_ADMIN_KEY_FILE", file(std::string{kAdminKey} + "\n")}};
  CurtProcess server{curt_binary(), folder_.path(), environment};
  EXPECT_EQ(status_of(server.port(), kAdminKey), 200U);
  EXPECT_EQ(server.stop(), 0);
  const std::string said = server.process().standard_output() + server.process().standard_error();
  EXPECT_THAT(said, AllOf(Not(HasSubstr("0123456789abcdef")), Not(HasSubstr("curt keys create"))));
  std::filesystem::remove(folder_.path() / "admin.key");
  EXPECT_THAT(files_with(folder_.path(), "0123456789abcdefghij"), IsEmpty());

  KeyDesk desk{folder_};
  EXPECT_THAT(desk.run({"keys", "list"}).out, HasSubstr("Ab3dEf6hIj9l  good"));
  EXPECT_EQ(desk.run({"keys", "revoke", "Ab3dEf6hIj9l"}).status, 0);
  (void)file(kAdminKey);
  CurtProcess again{curt_binary(), folder_.path(), environment};
  EXPECT_EQ(status_of(again.port(), kAdminKey), 401U) << "what was revoked stays so";
}

TEST_F(KeysAtStart, TheAdminKeyIsNotLeftInMemory) {
  const Environment environment{{"CURT_AUTH", "keys"}, {"CURT_ADMIN_KEY_FILE", file(kAdminKey)}};
  CurtProcess server{curt_binary(), folder_.path(), environment};
  const pid_t process = server.process().pid();
  const auto known = times_in_memory(process, "CURT_ADMIN_KEY_FILE");
  if (!known) GTEST_SKIP() << "the memory of another process cannot be read here";
  ASSERT_GT(*known, 0U) << "what is there is found";
  EXPECT_EQ(times_in_memory(process, "ghijABCDEFGHIJ012345"), 0U);
  EXPECT_EQ(status_of(server.port(), kAdminKey), 200U);
  EXPECT_EQ(times_in_memory(process, "ghijABCDEFGHIJ012345"), 0U) << "nor after a request with it";
}

TEST_F(KeysAtStart, AnAdminKeyFileOfNoUseKeepsItFromStarting) {
  const std::string secret = "0123456789abcdefghijABCDEFGHIJ0123456789ab";  // one character short
  for (const std::string& name :
       {(folder_.path() / "missing").string(), file("curt_Ab3dEf6hIj9l_" + secret)}) {
    const Finished refused = serve({{"CURT_LISTEN", "127.0.0.1:0"}, {"CURT_ADMIN_KEY_FILE", name}});
    EXPECT_EQ(refused.status, 2) << refused.err;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("CURT_ADMIN_KEY_FILE"), HasSubstr(name),
                                   HasSubstr("curt keys generate"), Not(HasSubstr(secret))));
  }
}

TEST_F(KeysAtStart, WithoutAnyKeyItNamesTheCommandThatMakesOne) {
  CurtProcess server{curt_binary(), folder_.path(), {{"CURT_AUTH", "keys"}}};
  const std::string command = "curt keys create --name admin --scopes admin --database-url sqlite:" +
                              (folder_.path() / "curt.db").string();
  EXPECT_TRUE(eventually([&] {
    return server.process().standard_output().find(command) != std::string::npos;
  })) << server.process().standard_output();
  KeyDesk desk{folder_};
  const std::string key = desk.create("admin");
  EXPECT_TRUE(eventually([&] { return status_of(server.port(), key) == 200; }));
}

TEST_F(KeysAtStart, ADatabaseWithKeysIsNoReasonForAdvice) {
  {
    CurtProcess server{curt_binary(), folder_.path()};
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.process().standard_output(), Not(HasSubstr("curt keys create")))
        << "none is asked for";
  }
  KeyDesk desk{folder_};
  (void)desk.create("admin");
  CurtProcess server{curt_binary(), folder_.path(), {{"CURT_AUTH", "keys"}}};
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(), Not(HasSubstr("curt keys create")));
}

}  // namespace
}  // namespace curt::test

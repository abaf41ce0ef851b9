#include "app/commands/key_arguments.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/app/commands/command_line.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kId = "Ab3dEf6hIj9l";

std::variant<Invocation, Exit> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "curt");
  return parse_command_line(arguments, {}, "/nowhere/curt.toml");
}

template <class T>
T command(std::vector<const char*> arguments) {
  const auto outcome = parse(std::move(arguments));
  if (const auto* exit = std::get_if<Exit>(&outcome)) {
    ADD_FAILURE() << exit->err << exit->out;
    return {};
  }
  const T* wanted = std::get_if<T>(&std::get<Invocation>(outcome).command);
  EXPECT_NE(wanted, nullptr) << "another command";
  return wanted != nullptr ? *wanted : T{};
}

Exit exit_of(std::vector<const char*> arguments) {
  const auto outcome = parse(std::move(arguments));
  const auto* exit = std::get_if<Exit>(&outcome);
  EXPECT_NE(exit, nullptr) << "went on";
  return exit != nullptr ? *exit : Exit{};
}

std::string error(std::vector<const char*> arguments) {
  const Exit exit = exit_of(std::move(arguments));
  EXPECT_EQ(exit.status, 2);
  EXPECT_EQ(exit.out, "");
  return exit.err;
}

TEST(KeyArguments, CreateTakesNameScopesAndEnd) {
  const auto plain = command<CreateKeyCommand>({"keys", "create", "--name", "a b", "--scopes", "links:read"});
  EXPECT_EQ(plain.draft.name, "a b");
  EXPECT_THAT(plain.draft.scopes, ElementsAre("links:read"));
  EXPECT_FALSE(plain.draft.own);
  EXPECT_EQ(plain.draft.ttl, std::nullopt);
  EXPECT_EQ(plain.draft.expires_at, std::nullopt);
  const auto full =
      command<CreateKeyCommand>({"keys", "create", "--own", "--name=x", "--scopes", "links:read, links:write",
                                 "--scopes=stats:read", "--expires=90d", "--database-url", "sqlite:x.db"});
  EXPECT_TRUE(full.draft.own);
  EXPECT_THAT(full.draft.scopes, ElementsAre("links:read", "links:write", "stats:read"));
  EXPECT_EQ(full.draft.ttl, 90 * 86'400);
  const auto until = [](const char* text) {
    return command<CreateKeyCommand>({"keys", "create", "--name=x", "--scopes=admin", "--expires", text})
        .draft.expires_at;
  };
  EXPECT_EQ(until("2027-01-31"), parse_rfc3339("2027-01-31T00:00:00Z"));
  EXPECT_EQ(until("2027-01-31T18:00:00+01:00"), parse_rfc3339("2027-01-31T17:00:00Z"));
}

TEST(KeyArguments, CreateSaysWhatIsWrong) {
  EXPECT_THAT(error({"keys", "create", "--scopes=admin"}), HasSubstr("--name"));
  EXPECT_THAT(error({"keys", "create", "--name=x"}), HasSubstr("--scopes"));
  EXPECT_THAT(error({"keys", "create", "--name=x", "--scopes=links:rite"}),
              AllOf(StartsWith("curt: --scopes: "), HasSubstr("links:rite")));
  for (const char* bad : {"soon", "0", "500ms", "2027-13-01", "2027-1-1"}) {
    EXPECT_THAT(error({"keys", "create", "--name=x", "--scopes=admin", "--expires", bad}),
                HasSubstr("--expires: \"" + std::string{bad} + "\" is neither"));
  }
}

TEST(KeyArguments, RevokeAndRotateTakeAnId) {
  EXPECT_EQ(command<RevokeKeyCommand>({"keys", "revoke", kId}).id.view(), kId);
  EXPECT_EQ(command<RotateKeyCommand>({"keys", "rotate", kId}).grace, 24h);
  EXPECT_EQ(command<RotateKeyCommand>({"keys", "rotate", kId, "--grace", "0"}).grace, 0s);
  EXPECT_THAT(error({"keys", "rotate", kId, "--grace", "31d"}), HasSubstr("--grace: \"31d\""));
  EXPECT_THAT(error({"keys", "revoke"}), HasSubstr("id"));
  EXPECT_THAT(error({"keys", "revoke", "abc"}), HasSubstr("ID: \"abc\" is not the id of a key"));
}

TEST(KeyArguments, AKeyInPlaceOfAnIdIsNotRepeated) {
  const std::string key = "curt_Ab3dEf6hIj9l_0123456789abcdefghijABCDEFGHIJ0123456789abc";
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"keys", "revoke", key.c_str()},
                                             {"keys", "rotate", key.c_str()},
                                             {"keys", "list", key.c_str()},
                                             {"keys", key.c_str()},
                                             {"links", "give", "--where=all", "--to", key.c_str()},
                                             {"import", "x", "--owner", key.c_str()}}) {
    EXPECT_THAT(error(arguments), AllOf(StartsWith("curt: "), Not(HasSubstr("0123456789abc"))));
  }
}

TEST(KeyArguments, ListAndGenerate) {
  EXPECT_FALSE(command<ListKeysCommand>({"keys", "list"}).json);
  EXPECT_TRUE(command<ListKeysCommand>({"keys", "list", "--json"}).json);
  (void)command<GenerateKeyCommand>({"keys", "generate"});
}

TEST(KeyArguments, GroupsShowTheirHelp) {
  for (const auto& [group, below] :
       std::vector<std::pair<const char*, const char*>>{{"keys", "rotate"}, {"links", "give"}}) {
    const std::string help = error({group});
    EXPECT_THAT(help, HasSubstr(below));
    EXPECT_EQ(exit_of({group, "--help"}).out, help);
    EXPECT_EQ(exit_of({group, "--help"}).status, 0);
    EXPECT_THAT(exit_of({group, below, "--help"}).out,
                AllOf(HasSubstr(std::string{"curt "} + group + " " + below), HasSubstr("--database-url"),
                      Not(HasSubstr("--redis-url")), Not(HasSubstr("--listen"))));
  }
  EXPECT_EQ(error({"keys", "creat"}), "curt: unknown command creat; did you mean create?\n");
  EXPECT_EQ(error({"keys", "x"}), "curt: unknown command x; curt keys --help lists what there is\n");
  EXPECT_EQ(error({"key"}), "curt: unknown command key; did you mean keys?\n");
  EXPECT_EQ(error({"keys", "list", "--jsn"}), "curt: unknown option --jsn; did you mean --json?\n");
}

TEST(KeyArguments, GiveTakesConditionsThatAllHold) {
  for (const char* code : {"code=été", "code=e\u0301te\u0301"}) {
    const auto wide = command<GiveLinksCommand>({"links", "give", "--to", kId, "--where", code});
    EXPECT_EQ(wide.where.code->view(), "été") << code;
  }
  const auto all = command<GiveLinksCommand>({"links", "give", "--to", kId, "--where", "all"});
  EXPECT_EQ(all.to.view(), kId);
  EXPECT_TRUE(all.where.tags.empty() && all.where.text.empty() && !all.where.code);
  EXPECT_FALSE(all.dry_run);
  const auto some = command<GiveLinksCommand>(
      {"links", "give", "--to", kId, "--dry-run", "--where", "tag=a", "tag=b=c", "--where=query=x y"});
  EXPECT_THAT(some.where.tags, ElementsAre("a", "b=c"));
  EXPECT_EQ(some.where.text, "x y");
  EXPECT_TRUE(some.dry_run);
  EXPECT_EQ(
      command<GiveLinksCommand>({"links", "give", "--to", kId, "--where", "code=abc"}).where.code->view(),
      "abc");
  EXPECT_EQ(all.from, std::nullopt);
  const auto of_other =
      command<GiveLinksCommand>({"links", "give", "--from", "ZZZZZZZZZZZZ", "--to", kId, "--where", "all"});
  EXPECT_EQ(of_other.from->view(), "ZZZZZZZZZZZZ");
  EXPECT_THAT(error({"links", "give", "--from", kId, "--to", kId, "--where", "all"}),
              HasSubstr("--from: is the key that the links shall go to"));
  EXPECT_THAT(error({"links", "give", "--from", "x", "--to", kId, "--where", "all"}),
              HasSubstr("--from: \"x\""));
  EXPECT_THAT(error({"links", "give", "--to", kId}), HasSubstr("--where"));
  for (const char* bad : {"tag=", "url=x", "everything", "code=a b"}) {
    EXPECT_THAT(error({"links", "give", "--to", kId, "--where", bad}), HasSubstr("--where: ")) << bad;
  }
  EXPECT_THAT(error({"links", "give", "--to", kId, "--where", "all", "tag=x"}),
              HasSubstr("all stands alone"));
  EXPECT_THAT(error({"links", "give", "--to", "x", "--where", "all"}), HasSubstr("--to: \"x\""));
}

TEST(KeyArguments, ImportTakesAnOwner) {
  EXPECT_EQ(command<ImportCommand>({"import", "x"}).owner, std::nullopt);
  EXPECT_EQ(command<ImportCommand>({"import", "x", "--owner", kId}).owner->view(), kId);
  EXPECT_THAT(error({"import", "x", "--owner", "y"}), HasSubstr("--owner: \"y\""));
}

}  // namespace
}  // namespace curt::app

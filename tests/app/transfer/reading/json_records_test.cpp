#include "app/transfer/reading/json_records.hpp"

#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/packed.hpp"
#include "support/app/piecewise_source.hpp"

namespace curt::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  std::vector<std::string> records;  ///< "<line> <key>: <text or refusal>"
  std::string failure;
  std::vector<std::string> passed_over;
};

Read read(std::istream& in, JsonList list) {
  DecodedInput input{in};
  JsonRecords records{input, std::move(list)};
  Read read;
  while (const auto record = records.next()) {
    read.records.push_back(fmt::format("{}{}{}: {}{}", record->line, record->key.empty() ? "" : " ",
                                       record->key, record->text, record->refusal));
  }
  EXPECT_FALSE(records.next());
  read.failure = records.failure();
  read.passed_over = records.passed_over();
  return read;
}

Read read(const std::string& text, std::vector<std::string> members) {
  std::istringstream in{text};
  return read(in, {.members = std::move(members)});
}

std::vector<std::string> records_of(const std::string& text, std::vector<std::string> members) {
  const Read all = read(text, std::move(members));
  EXPECT_EQ(all.failure, "");
  return all.records;
}

std::string failure_of(const std::string& text, std::vector<std::string> members) {
  return read(text, std::move(members)).failure;
}

TEST(JsonRecords, ReadsAnArrayAtTheRoot) {
  EXPECT_THAT(records_of(R"([{"a":1},{"a":2}])", {}), ElementsAre(R"(1: {"a":1})", R"(1: {"a":2})"));
  EXPECT_THAT(records_of("[]", {}), IsEmpty());
  EXPECT_THAT(records_of(" [ ] \n", {}), IsEmpty());
  EXPECT_THAT(records_of("", {}), IsEmpty());
}

TEST(JsonRecords, CountsTheLinesInWhichRecordsBegin) {
  EXPECT_THAT(records_of("\n[\n  {\n    \"a\": 1\n  },\n\n  {\"a\": \"x\n\"}\n ,\r\n\t{}]\n", {}),
              ElementsAre("3: {\n    \"a\": 1\n  }", "7: {\"a\": \"x\n\"}", "10: {}"));
}

TEST(JsonRecords, ReadsAnArrayToWhichMembersLead) {
  EXPECT_THAT(
      records_of(
          R"({"n":[1,{"data":[7]}],"shortUrls":{"x":{"data":[8]},"data":[{"a":1},{"a":2}],"p":{"data":[]}}})",
          {"shortUrls", "data"}),
      ElementsAre(R"(1: {"a":1})", R"(1: {"a":2})"));
  EXPECT_THAT(records_of(R"({"d\u0061ta" : [ {"a":1} ] , "more" : "]}" })", {"data"}),
              ElementsAre(R"(1: {"a":1})"));
}

TEST(JsonRecords, ReadsAnObjectOfObjectsWithItsNames) {
  EXPECT_THAT(
      records_of("{\"links\":{\n\"link_1\":{\"a\":1},\n\"gr\\u00fc\\u00df\": {\"a\":2}},\"stats\":{\"a\":3}}",
                 {"links"}),
      ElementsAre(R"(2 link_1: {"a":1})", R"(3 grüß: {"a":2})"));
}

TEST(JsonRecords, GoesOnWithTheNextDocument) {
  EXPECT_THAT(
      records_of("{\"data\":[{\"a\":1}]}\n{\"data\":[]}{\"data\":[{\"a\":2},{\"a\":3}]}\n\n", {"data"}),
      ElementsAre(R"(1: {"a":1})", R"(2: {"a":2})", R"(2: {"a":3})"));
  EXPECT_THAT(records_of("[{\"a\":1}]\n[{\"a\":2}]", {}), ElementsAre(R"(1: {"a":1})", R"(2: {"a":2})"));
  // PHP writes an empty object as an array, Go an empty list as null, PowerShell a mark before each file.
  EXPECT_THAT(
      records_of("{\"links\":{\"x\":{}}}\n{\"links\":[]}\n{\"links\":null}\n\xef\xbb\xbf{\"links\":[1]}",
                 {"links"}),
      ElementsAre("1 x: {}", "4: 1"));
}

TEST(JsonRecords, ReadsDocumentsThatAreRecords) {
  std::istringstream in{"{\n \"a\": 1\n}\n{\n \"a\": 2\n}{}\n"};
  const Read all = read(in, {.root_is_link = true});
  EXPECT_THAT(all.records, ElementsAre("1: {\n \"a\": 1\n}", "4: {\n \"a\": 2\n}", "6: {}"));
  EXPECT_EQ(all.failure, "");
}

TEST(JsonRecords, GivesWhatIsNoObjectForTheCallerToReject) {
  EXPECT_THAT(records_of(R"([null,17,-1.5e3,"a\"]b",[{}],true])", {}),
              ElementsAre("1: null", "1: 17", "1: -1.5e3", R"(1: "a\"]b")", "1: [{}]", "1: true"));
}

TEST(JsonRecords, IsNotMisledByBracketsInStrings) {
  EXPECT_THAT(records_of(R"([{"a":"}],[{","b":"\\"},{"c":"\\\"}"}])", {}),
              ElementsAre(R"(1: {"a":"}],[{","b":"\\"})", R"(1: {"c":"\\\"}"})"));
}

TEST(JsonRecords, RefusesARecordThatIsTooLongAndGoesOnBehindIt) {
  const std::string frame = R"({"a":""})";
  const std::string longest =
      R"({"a":")" + std::string(JsonRecords::kMaxRecord - frame.size(), 'x') + R"("})";
  std::string longer = longest;
  longer.insert(7, "y");
  EXPECT_THAT(records_of("[" + longest + ",\n" + longer + ",\n{\"b\":1}]", {}),
              ElementsAre("1: " + longest, "2: is longer than 1 MiB", R"(3: {"b":1})"));
  const std::string many_lines =
      "[\n{\"a\":\"" + std::string(3 * JsonRecords::kMaxRecord, '\n') + "\"},\n{\"b\":1}]";
  EXPECT_THAT(records_of(many_lines, {}), ElementsAre("2: is longer than 1 MiB", R"(3145731: {"b":1})"));
}

TEST(JsonRecords, RefusesARecordThatIsTooDeepAndGoesOnBehindIt) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_THAT(records_of("[" + nested(64) + "," + nested(65) + "," + nested(300'000) + ",{}]", {}),
              ElementsAre("1: " + nested(64), "1: is nested deeper than 64 levels",
                          "1: is nested deeper than 64 levels", "1: {}"));
}

TEST(JsonRecords, StepsOverWhatIsLongOrDeepOutsideTheList) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string wide = "\"" + std::string(3 * JsonRecords::kMaxRecord, 'x') + "\"";
  EXPECT_THAT(
      records_of("{\"x\":" + deep + ",\"y\":" + wide + ",\"data\":[{}],\"z\":" + deep + "}", {"data"}),
      ElementsAre("1: {}"));
}

TEST(JsonRecords, NamesTheListsOfLinksThatItPassesOver) {
  EXPECT_THAT(
      read(
          R"({"n":1,"gone":[{"url":"https://a.example"}],"data":{"links":[{"a":1}],"old":{"links":)"
          R"([{"url":"https://b.example"}]},"tags":[{"name":"t"}],"by":{"me":{"url":"https://c.example"}}}})",
          {"data", "links"})
          .passed_over,
      ElementsAre("gone", "data.old.links"));
  const std::string link = R"({"url":"https://a.example"},)";
  std::string many = "[";
  for (int i = 0; i < 10'000; ++i) many += link;
  many += "{}]";
  EXPECT_THAT(
      read("{\"data\":[],\"more\":" + many + "}\n{\"data\":[],\"more\":" + many + "}", {"data"}).passed_over,
      ElementsAre("more"));
}

TEST(JsonRecords, SaysInWhichLineTheTextEnds) {
  for (const auto& [text, failure] : std::vector<std::pair<std::string, std::string>>{
           {"[\n{\"a\":1}\n", "line 3: the text ends where a comma or ] is expected"},
           {"[", "line 1: the text ends where ] is expected"},
           {"[{},", "line 1: the text ends where a value is expected"},
           {"[\n{\"a\":1,\n\"b",
            "line 3: the text ends where the end of the string that begins in line 3 is expected"},
           {"[\n{\"a\":1,\n", "line 3: the text ends where the end of what begins in line 2 is expected"},
           {"[\"\\",
            "line 1: the text ends where the end of the string that begins in line 1 is expected"}}) {
    EXPECT_EQ(failure_of(text, {}), failure) << text;
  }
  EXPECT_EQ(failure_of("{\"data\":[{}]\n", {"data"}), "line 2: the text ends where a comma or } is expected");
  EXPECT_EQ(failure_of("{\"data\"", {"data"}), "line 1: the text ends where a colon is expected");
}

TEST(JsonRecords, SaysInWhichLineSomethingElseIsFound) {
  for (const auto& [text, failure] : std::vector<std::pair<std::string, std::string>>{
           {"[{}\n{}]", "line 2: expected a comma or ], found '{'"},
           {"[{},\n]", "line 2: expected something after the comma, found ']'"},
           {"[,{}]", "line 1: expected a value, found ','"},
           {"[{}}", "line 1: expected a comma or ], found '}'"},
           {"[{]}", "line 1: expected }, found ']'"},
           {"[{\"a\":[}]", "line 1: expected ], found '}'"},
           {"[{}]\nbye", "line 2: expected a document that begins with { or [, found 'b'"},
           {"[{}]\n\x01", "line 2: expected a document that begins with { or [, found the byte 01"}}) {
    EXPECT_EQ(failure_of(text, {}), failure) << text;
  }
  for (const auto& [text, failure] : std::vector<std::pair<std::string, std::string>>{
           {"{\"x\":1 \"data\":[]}", "line 1: expected a comma or }, found '\"'"},
           {"{\n x:1}", "line 2: expected the name of a member in quotes, found 'x'"},
           {"{\"x\" 1}", "line 1: expected a colon, found '1'"},
           {"{\"data\":[],}", "line 1: expected something after the comma, found '}'"},
           {"{\"data\":17}", "line 1: expected a list of links, found '1'"},
           {"{\"\\x\":17}", "line 1: the name of a member is not valid"}}) {
    EXPECT_EQ(failure_of(text, {"data"}), failure) << text;
  }
}

TEST(JsonRecords, GivesTheRecordsBeforeAFailure) {
  const Read all = read("[{\"a\":1},{\"a\":2} {\"a\":3}]", {});
  EXPECT_THAT(all.records, ElementsAre(R"(1: {"a":1})", R"(1: {"a":2})"));
  EXPECT_THAT(all.failure, HasSubstr("line 1: expected a comma"));
}

TEST(JsonRecords, MissesNoListOfALaterDocument) {
  EXPECT_EQ(failure_of("{\"data\":[]}\n\n{\"error\":\"too many requests\"}\n{\"data\":[]}", {"data"}),
            "the document that begins in line 3 does not have the elements of data");
  EXPECT_EQ(failure_of("{\"a\":{\"data\":[]}}\n{\"a\":null}", {"a", "data"}),
            "the document that begins in line 2 does not have the elements of a.data");
  EXPECT_EQ(failure_of("[{}]", {"data"}),
            "the document that begins in line 1 does not have the elements of data");
}

TEST(JsonRecords, PassesOnThatTheFileCannotBeRead) {
  const std::string packed = test::gzip("[{\"a\":1},{\"a\":2}]");
  const Read all = read(packed.substr(0, packed.size() - 3), {});
  EXPECT_THAT(all.records, ElementsAre(R"(1: {"a":1})", R"(1: {"a":2})"));
  EXPECT_EQ(all.failure, "the gzip data ends in the middle");
}

TEST(JsonRecords, ReadsTheSameInWhateverPiecesTheTextComes) {
  const std::string text =
      "{\"meta\":{\"x\":[\"\\\"\",{\"data\":0}]},\n\"data\" : [ {\"a\\\\\":\"\\\\\\\"\"},\n 17 "
      ",[[]],\"x\\n\"\n]}\n"
      "\xef\xbb\xbf{\"data\":{\"gr\\u00fc\\u00df\":{\"ü\":1}} , \"z\":-1.5}";
  const auto expected =
      ElementsAre(R"(2: {"a\\":"\\\""})", "3: 17", "3: [[]]", R"(3: "x\n")", R"(5 grüß: {"ü":1})");
  for (std::size_t size = 1; size <= text.size(); ++size) {
    test::PiecewiseSource source{text, [&](std::size_t) { return size; }};
    std::istream in{&source};
    const Read all = read(in, {.members = {"data"}});
    ASSERT_EQ(all.failure, "") << size;
    ASSERT_THAT(all.records, expected) << size;
  }
}

TEST(JsonRecords, GivesARecordOfAPipeBeforeTheNextOneComes) {
  const std::vector<std::string> pieces{"{\"data\":[\n", "{\"a\":1},\n", "{\"a\":2},\n"};
  test::PiecewiseSource source{pieces[0] + pieces[1] + pieces[2],
                               [&](std::size_t n) { return pieces[n].size(); }};
  std::istream in{&source};
  DecodedInput input{in};
  JsonRecords records{input, {.members = {"data"}}};
  EXPECT_EQ(records.next()->text, R"({"a":1})");
  EXPECT_EQ(source.given(), pieces[0].size() + pieces[1].size());
}

}  // namespace
}  // namespace curt::app

#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/transfer/reading/link_reader.hpp"
#include "support/app/records_in_words.hpp"

namespace curt::app {
namespace {

using test::read;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(LinkReader, ReadsWhatWasRejectedOfJson) {
  EXPECT_THAT(
      read("# line 7: code \"api\" is a reserved word\n{\"code\":\"apis\",\"url\":\"https://a.example\"}\n"
           "# line 9: url is missing\n{\"code\":\"b\",\"url\":\"https://b.example\"}\n"),
      ElementsAre("2: apis -> https://a.example", "4: b -> https://b.example"));
  EXPECT_THAT(read("# line 1: url is missing\n{\"shortCode\":\"a\",\"longUrl\":\"https://a.example\"}\n"),
              ElementsAre("2: a -> https://a.example"));
}

TEST(LinkReader, KeepsTheNameOfAnObjectWithIt) {
  std::istringstream in{
      "{\"a\\\"b\":{\"url\":\"https://a.example\"},\"c\":{\"url\":\"https://c.example\",\"code\":\"\"}}"};
  DecodedInput decoded{in};
  LinkReader reader{decoded, {}};
  ASSERT_TRUE(reader.open());
  EXPECT_EQ(reader.next()->raw.text, "{\"url\":\"https://a.example\",\"code\":\"a\\\"b\"}");
  EXPECT_THAT(reader.next()->raw.text, HasSubstr(",\"code\":\"c\"}"));
}

TEST(LinkReader, SaysWhichLinksOfADocumentItPassedOver) {
  std::istringstream in{
      R"({"live":[{"code":"a","url":"https://a.example"}],"gone":[{"url":"https://b.example"}]})"};
  DecodedInput decoded{in};
  LinkReader reader{decoded, {}};
  ASSERT_TRUE(reader.open());
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.passed_over(),
            "the document has links in gone, too, which were passed over; take these out with jq");
}

TEST(LinkReader, SaysThatAChosenMemberIsNotThere) {
  const FormWishes wishes{.columns = {{Column::code, 0, "tokn"}}};
  const std::string why = "refused: --map says code=tokn, and the members are ";
  EXPECT_THAT(read("{\"token\":\"a\",\"target\":\"https://a.example\"}\n", wishes),
              ElementsAre(why + "token, target"));
  EXPECT_THAT(read("[{\"token\":\"a\",\"target\":\"https://a.example\"}]", wishes),
              ElementsAre(why + "token, target"));
}

TEST(LinkReader, TakesOwnersOfCurtsOwnDocuments) {
  const auto owner_of = [](const std::string& text, FormWishes wishes) {
    std::istringstream in{text};
    DecodedInput decoded{in};
    LinkReader reader{decoded, std::move(wishes)};
    EXPECT_TRUE(reader.open());
    const auto record = reader.next();
    const auto& owner = record->links.at(0).owner;
    return owner ? std::string{owner->view()} : "";
  };
  const std::string own = R"({"code":"a","url":"https://a.example","owner":"Ab3dEf6hIj9l","version":1})";
  EXPECT_EQ(owner_of("[" + own + "]", {}), "Ab3dEf6hIj9l");
  EXPECT_EQ(owner_of(own + "\n", {.columns = {{Column::title, 0, ""}}}), "Ab3dEf6hIj9l");
  const std::string other = R"([{"slug":"a","url":"https://a.example","owner":"Ab3dEf6hIj9l"}])";
  EXPECT_EQ(owner_of(other, {}), "") << "their owners are no keys here";
  EXPECT_EQ(owner_of(other, {.columns = {{Column::owner, 0, "owner"}}}), "Ab3dEf6hIj9l");
}

TEST(LinkReader, RefusesACrowdOfShortUrls) {
  std::string list;
  for (int i = 0; i <= 100; ++i) list += fmt::format("{}\"s.example/c{}\"", i == 0 ? "" : ",", i);
  EXPECT_THAT(read("[{\"long_url\":\"https://a.example\",\"custom_bitlinks\":[" + list + "]}]"),
              ElementsAre("1: code has 101 short URLs, and 100 are the most"));
}

TEST(LinkReader, TakesASourceForACodeBesideATargetAlone) {
  EXPECT_THAT(read("[{\"source\":\"a\",\"destination\":\"https://a.example\"}]"),
              ElementsAre("1: a -> https://a.example"));
  EXPECT_THAT(read("[{\"source\":\"website\",\"originalURL\":\"https://a.example\",\"shortURL\":\"https://"
                   "s.example/a\"},"
                   "{\"source\":\"website\",\"originalURL\":\"https://b.example\",\"shortURL\":\"https://"
                   "s.example/b\"}]"),
              ElementsAre("1: a -> https://a.example", "1: b -> https://b.example"));
}

TEST(LinkReader, TellsManyNamesWithoutDelay) {
  std::string object = "{\"url\":\"https://a.example\",\"code\":\"a\"";
  for (int i = 0; i < 50'000; ++i) object += fmt::format(",\"n{}\":1", i);
  std::istringstream in{"[" + object + "}]"};
  DecodedInput decoded{in};
  LinkReader reader{decoded, {}};
  ASSERT_TRUE(reader.open());
  EXPECT_THAT(names_left_out(reader.form()), testing::EndsWith(", n19, and 49980 more"));
}

TEST(LinkReader, ReadsLinesOfJson) {
  EXPECT_THAT(read("{\"code\":\"a\",\"url\":\"https://"
                   "a.example\"}\n\n{\"url\":1}\n{\"url\":\n{\"code\":\"b\",\"titel\":\"B\","
                   "\"url\":\"https://b.example\"}\n"),
              ElementsAre("1: a -> https://a.example", "3: ? -> 1", "4: is not JSON: error at byte 8",
                          "5: titel is not a known field"));
  EXPECT_THAT(read("{\"keyword\":\"a\",\"url\":\"https://a.example\",\"ip\":\"::1\",\"owner\":\"bob\"}\n"),
              ElementsAre("1: a -> https://a.example"));
}

TEST(LinkReader, ReadsDocumentsOfJson) {
  EXPECT_THAT(read("{\"links\":[\n{\"slug\":\"a\",\n\"url\":\"https://"
                   "a.example\"},\n{\"slug\":\"x\"},\n{\"short_url\":\"s.example/"
                   "b\","
                   "\"url\":\"https://b.example\"}]}"),
              ElementsAre("2: a -> https://a.example", "4: url is missing", "5: b -> https://b.example"));
  EXPECT_THAT(
      read("{\"a\":{\"url\":\"https://a.example\"},\"b\":{\"code\":\"c\",\"url\":\"https://b.example\"}}"),
      ElementsAre("1: a -> https://a.example", "1: c -> https://b.example"))
      << "the name of a member is the code where no other is there";
  EXPECT_THAT(read("[{\"url\":\"https://a.example\"},"),
              ElementsAre("1: ? -> https://a.example", HasSubstr("failed: ")));
}

TEST(LinkReader, AsksWhatMayBeTheCodesOfADocument) {
  EXPECT_THAT(
      read("[{\"token\":\"x1\",\"url\":\"https://a.example\"},{\"token\":\"x2\",\"url\":\"https://"
           "b.example\"}]"),
      ElementsAre("refused: nothing is known to hold codes, and \"token\" looks as if it did: x1. Say --map "
                  "code=token if it does, or --map code=none to give all links new codes"));
  EXPECT_THAT(
      read("[{\"token\":\"x1\",\"url\":\"https://a.example\"}]", {.columns = {{Column::code, 0, "token"}}}),
      ElementsAre("1: x1 -> https://a.example"));
  EXPECT_THAT(read("{\"a\":{\"by\":\"bob\",\"url\":\"https://a.example\"}}"),
              ElementsAre("1: a -> https://a.example"));
}

TEST(LinkReader, KeepsAnObjectOnOneLine) {
  std::istringstream in{"[{\"code\":\"a\",\n \"url\":\"https://a.example\"}]"};
  DecodedInput decoded{in};
  LinkReader reader{decoded, {}};
  ASSERT_TRUE(reader.open());
  EXPECT_EQ(reader.next()->raw.text, "{\"code\":\"a\",\"url\":\"https://a.example\"}");
}

TEST(LinkReader, KnowsTheMembersOfTheFirstObjects) {
  std::istringstream in{
      "[{\"slug\":\"a\",\"url\":\"https://a.example\"},{\"url\":\"https://b.example\",\"ip\":\"::1\"}]"};
  DecodedInput decoded{in};
  LinkReader reader{decoded, {}};
  ASSERT_TRUE(reader.open());
  EXPECT_EQ(describe(reader.form()),
            "JSON, whose links are the elements of the document\n  \"slug\": code\n  \"url\": url\n  left "
            "out: ip\n");
}

}  // namespace
}  // namespace curt::app

#include "app/transfer/reading/json_list.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/transfer/reading/json/json_outline.hpp"

namespace curt::app {
namespace {

using testing::HasSubstr;

std::string list_in(std::string_view head) {
  const auto list = find_json_list(head);
  return list ? list->describe() : list.error().fields.at(0).message;
}

TEST(FindJsonList, FindsAnArrayAtTheRoot) {
  EXPECT_EQ(list_in(R"([{"url":"https://example.com/","id":1},{"url":null}])"),
            "the elements of the document");
  EXPECT_EQ(list_in("\n [\n  {\n \"clicks\": 3, \"target\": \"HTTPS:\\/\\/example.com\\/\"\n } ]\n"),
            "the elements of the document");
}

TEST(FindJsonList, FindsAnArrayInMembers) {
  EXPECT_EQ(list_in(R"({"count":1,"data":[{"target":"https://example.com/"}]})"), "the elements of data");
  // Shlink.
  EXPECT_EQ(list_in(R"({"shortUrls":{"data":[{"shortCode":"a","longUrl":"https://example.com/","tags":[]}],
                        "pagination":{"currentPage":1,"pagesCount":3}}})"),
            "the elements of shortUrls.data");
  // Bitly: the pages have URLs of their own.
  EXPECT_EQ(
      list_in(R"({"pagination":{"prev":"","next":"https://api-ssl.bitly.com/v4/groups/x/bitlinks?page=2"},
                        "links":[{"link":"https://bit.ly/a","long_url":"https://example.com/"}]})"),
      "the elements of links");
  EXPECT_EQ(list_in(R"({"next":"https://api.example/links?page=2","previous":null,
                        "results":[{"url":"https://example.com/"}]})"),
            "the elements of results");
}

TEST(FindJsonList, FindsAnObjectOfObjects) {
  // YOURLS, by PHP, which escapes slashes.
  EXPECT_EQ(
      list_in(R"({"links":{"link_1":{"shorturl":"https:\/\/y.example\/a","url":"https:\/\/example.com\/"},
                        "link_2":{"shorturl":"https:\/\/y.example\/b","url":"https:\/\/example.com\/b"}},
                        "stats":{"total_links":"2","total_clicks":"9"},"statusCode":200})"),
      "the elements of links");
  EXPECT_EQ(list_in(R"({"a":{"url":"https://example.com/"},"b":{"url":"https://example.com/b"}})"),
            "the elements of the document");
}

TEST(FindJsonList, PrefersAnArrayToTheLinksOfAnApi) {
  EXPECT_EQ(list_in(R"({"_links":{"self":{"href":"https://api.example/links"}},
                        "_embedded":{"urls":[{"url":"https://example.com/"}]}})"),
            "the elements of _embedded.urls");
}

TEST(FindJsonList, LeavesToEachLinkTheListsWithinIt) {
  EXPECT_EQ(
      list_in(R"([{"slug":"a","url":"https://example.com/","rules":[{"url":"https://example.com/de"}]}])"),
      "the elements of the document");
  EXPECT_EQ(list_in(R"({"url":"https://example.com/","rules":[{"url":"https://example.com/de"}]})"),
            "each document");
  EXPECT_THAT(list_in(R"([{"slug":"a","rules":[{"url":"https://example.com/de"}]}])"),
              HasSubstr("is an array without an object that has a URL"));
}

TEST(FindJsonList, TakesDocumentsThatAreLinksThemselves) {
  EXPECT_EQ(list_in("{\n \"code\": \"a\",\n \"url\": \"https://example.com/\"\n}\n{\n \"code\": \"b\"\n}\n"),
            "each document");
  EXPECT_EQ(list_in(R"({"from":"a","to":"https://example.com/"})"), "each document");
}

TEST(FindJsonList, NeedsOnlyTheBeginningOfAList) {
  EXPECT_EQ(list_in(R"({"links":[{"code":"a","url":"https://example.com/"},{"code":"b","url":"htt)"),
            "the elements of links");
  EXPECT_EQ(list_in(R"({"links":{"a":{"url":"https://example.com/"},"b":{"co)"), "the elements of links");
  EXPECT_EQ(list_in(R"({"links":[{"url":"https://example.com/","title":)"), "the elements of links");
  const std::string far = "[" + std::string(kJsonHead, ' ') + R"({"url":"https://example.com/"}])";
  EXPECT_THAT(list_in(far), HasSubstr("is an array without an object"));
}

TEST(FindJsonList, SaysWhatItSawInstead) {
  EXPECT_EQ(list_in(R"({"error":"unauthorized","status":401})"),
            "the document that begins in line 1 is an object of error, status, and none of these is a list "
            "of objects "
            "that have a URL");
  EXPECT_EQ(list_in("\n\n[]"),
            "the document that begins in line 3 is an array without an object that has a URL");
  EXPECT_THAT(list_in(R"(["https://example.com/"])"), HasSubstr("is an array without an object"));
  EXPECT_THAT(list_in("{}"), HasSubstr("is an empty object"));
  EXPECT_THAT(list_in("17"), HasSubstr("is neither an object nor an array"));
  EXPECT_EQ(list_in("{\n\"a\":1,\n\"b\" 2}"), "line 3 is not valid JSON");
  EXPECT_EQ(list_in(std::string(20'000, '[')),
            "the document that begins in line 1 is an array without an object that has a URL");
}

TEST(FindJsonList, ShowsOnlySomeOfManyMembers) {
  std::string document = "{\"m0\":0";
  for (int i = 1; i < 1'000; ++i) document += ",\"m" + std::to_string(i) + "\":0";
  EXPECT_THAT(list_in(document + "}"), HasSubstr("m10, m11, ..., and none"));
}

TEST(JsonFormOf, TellsLinesByAnObjectThatIsALink) {
  EXPECT_EQ(json_form_of(R"({"code":"a","url":"https://example.com/"})"), JsonForm::lines);
  EXPECT_EQ(json_form_of("\n{\"url\":\"https://example.com/\"}\r\n{\"url\":\"https://example.com/b\"}\n"),
            JsonForm::lines);
  EXPECT_EQ(json_form_of(R"({"url":"https://example.com/","rules":[{"url":"https://example.com/de"}]})"),
            JsonForm::lines);
  EXPECT_EQ(json_form_of("{\"from\":\"a\",\"to\":\"https://example.com/\"}\n"), JsonForm::lines);
}

TEST(JsonFormOf, LooksPastLinesThatSayNothing) {
  EXPECT_EQ(json_form_of("{\"version\":1}\n{\"url\":\"https://example.com/\"}\n"), JsonForm::lines);
  EXPECT_EQ(json_form_of("{\"url\":\"https://example.com/\"\n{\"url\":\"https://example.com/b\"}\n"),
            JsonForm::lines);
}

TEST(JsonFormOf, TakesEverythingElseForDocuments) {
  EXPECT_EQ(json_form_of(R"([{"url":"https://example.com/"}])"), JsonForm::documents);
  EXPECT_EQ(json_form_of("[\n{\"url\":\"https://example.com/\"},\n{\"url\":\"https://example.com/\"}\n]\n"),
            JsonForm::documents);
  EXPECT_EQ(json_form_of("{\"links\":[\n{\"url\":\"https://example.com/\"}\n]}\n"), JsonForm::documents);
  EXPECT_EQ(json_form_of("{\n  \"url\": \"https://example.com/\"\n}\n"), JsonForm::documents);
  EXPECT_EQ(json_form_of("{ \"url\": \"https://example.com/\",\n  \"code\": \"a\" }\n"), JsonForm::documents);
  // Pages of an API, one a line.
  EXPECT_EQ(json_form_of(
                "{\"next\":\"https://api.example/?page=2\",\"data\":[{\"url\":\"https://example.com/\"}]}\n"
                "{\"next\":null,\"data\":[{\"url\":\"https://example.com/b\"}]}\n"),
            JsonForm::documents);
  EXPECT_EQ(json_form_of("{\"error\":\"unauthorized\"}\n"), JsonForm::documents);
  EXPECT_EQ(json_form_of(""), JsonForm::documents);
}

TEST(JsonFormOf, SettlesALineThatIsLongerThanTheHead) {
  const std::string filler = std::string(2 * kJsonHead, 'x');
  EXPECT_EQ(json_form_of(R"({"data":[{"url":"https://example.com/","title":")" + filler),
            JsonForm::documents);
  EXPECT_EQ(json_form_of(R"([{"url":"https://example.com/","title":")" + filler), JsonForm::documents);
}

TEST(LooksLikeUrl, WantsASchemeAndAHost) {
  for (const std::string_view url : {"https://example.com/", "HTTP://x", "app+x.y-z://open"}) {
    EXPECT_TRUE(looks_like_url(url)) << url;
  }
  for (const std::string_view text :
       {"", "example.com/", "://x", "https://", "https:/x", "see https://x", "1http://x", "https ://x"}) {
    EXPECT_FALSE(looks_like_url(text)) << text;
  }
}

}  // namespace
}  // namespace curt::app

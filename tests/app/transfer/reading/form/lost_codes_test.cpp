#include "app/transfer/reading/form/lost_codes.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

/// Settles the form of the whole text, and returns why that was refused.
std::string refusal(const std::string& text, const FormWishes& wishes = {}) {
  const auto form = settle_form(text, true, wishes);
  return form ? "" : form.error().detail;
}

TEST(LostCodes, AreInAColumnThatNobodyKnows) {
  EXPECT_EQ(refusal("kurz,url\npromo,https://a.example\nx2,https://b.example\n"),
            "nothing is known to hold codes, and \"kurz\" looks as if it did: promo. Say --map code=1 if "
            "it does, or "
            "--map code=none to give all links new codes");
  EXPECT_NE(refusal("url;kürzel\nhttps://a.example;grün\n"), "");
}

TEST(LostCodes, AreInAColumnWhoseNameMeansSomethingElseElsewhere) {
  EXPECT_NE(refusal("name,url\ndocs,https://a.example\nwiki,https://b.example\n"), "");
  EXPECT_NE(refusal("id,url\nx1,https://a.example\nx2,https://b.example\n"), "");
}

TEST(LostCodes, AreInPathsAndShortUrls) {
  EXPECT_NE(refusal("from,to\n/sale,https://a.example\n/faq,https://b.example\n"), "");
  EXPECT_NE(refusal("kurzlink,url\nhttps://s.example/sale,https://a.example\n"), "");
  EXPECT_EQ(refusal("page,url\n/docs/x,https://a.example\n"), "") << "no code has a slash";
}

TEST(LostCodes, AreInAMemberThatNobodyKnows) {
  EXPECT_EQ(refusal("{\"token\":\"promo\",\"target\":\"https://a.example\"}\n"),
            "nothing is known to hold codes, and \"token\" looks as if it did: promo. Say --map code=token "
            "if it does, or "
            "--map code=none to give all links new codes");
  EXPECT_EQ(refusal("{\"ip\":\"a b\",\"target\":\"https://a.example\"}\n"), "");
  EXPECT_EQ(refusal("{\"token\":\"promo\",\"url\":\"https://a.example\"}\n"), "")
      << "curt's own lines are refused one by one";
}

TEST(LostCodes, AreNeitherTitlesNorNumbersNorRepeated) {
  EXPECT_EQ(refusal("title,url\ndocs,https://a.example\n"), "");
  EXPECT_EQ(refusal("name,url\nThe docs,https://a.example\nwiki,https://b.example\n"), "");
  EXPECT_EQ(refusal("id,url,added\n1,https://a.example,2024-05-01\n2,https://b.example,2024-05-02\n"), "");
  EXPECT_EQ(refusal("url,author\nhttps://a.example,bob\nhttps://b.example,bob\n"), "");
  EXPECT_EQ(refusal("url,remark\nhttps://a.example,one\nhttps://b.example,\n"), "")
      << "not every row has one";
  EXPECT_EQ(refusal("url,remark\n"), "") << "no row has one";
}

TEST(LostCodes, AreNotWhereCodesAreKnown) {
  EXPECT_EQ(refusal("code,url,by\na,https://a.example,bob\n"), "");
  EXPECT_EQ(refusal("short_url,url,by\ns.example/a,https://a.example,bob\n"), "");
}

TEST(LostCodes, AreNotWhereTheUserSaysSo) {
  EXPECT_EQ(refusal("kurz,url\npromo,https://a.example\n", {.columns = {{Column::code, 0, ""}}}), "");
  EXPECT_EQ(refusal("kurz,url\npromo,https://a.example\n", {.columns = {{Column::code, 1, ""}}}), "");
}

}  // namespace
}  // namespace curt::app

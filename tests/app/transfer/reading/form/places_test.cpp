#include "app/transfer/reading/form/places.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

/// What the columns of these names mean, "-" for nothing, or why that cannot be told.
std::string meanings(const std::vector<std::string>& names, const FormWishes& wishes = {}) {
  Form form;
  for (const std::string& name : names) form.places.push_back({name, {}});
  if (const auto settled = settle_places(form, wishes); !settled) return settled.error().detail;
  std::string text;
  for (const Form::Place& place : form.places) {
    if (!text.empty()) text += ' ';
    text += place.meaning ? std::string{name_of(place.meaning->column)} : "-";
  }
  return text;
}

TEST(Places, MeanWhatTheirNamesSay) {
  EXPECT_EQ(meanings({"code", "url", "title", "ip", ""}), "code url title - -");
  EXPECT_EQ(meanings({"Slashtag", "Destination URL", "Clicks"}), "code url clicks");
}

TEST(Places, HaveOneTargetAndTakeAUrlBesideItForTheShortOne) {
  EXPECT_EQ(meanings({"url", "long_url"}), "short_url url");
  EXPECT_EQ(meanings({"code", "url", "long_url"}), "code - url");
  EXPECT_EQ(meanings({"link", "long_url"}), "short_url url");
  EXPECT_EQ(meanings({"link", "title"}), "url title");
  EXPECT_EQ(meanings({"link", "url"}), "short_url url");
}

TEST(Places, TakeSourceForACodeBesideATargetAlone) {
  EXPECT_EQ(meanings({"source", "target"}), "code url");
  EXPECT_EQ(meanings({"source", "url"}), "- url");
}

TEST(Places, TakeOwnersInCurtsOwnFilesAlone) {
  EXPECT_EQ(meanings({"code", "url", "owner"}), "code url owner");
  EXPECT_EQ(meanings({"keyword", "url", "owner"}), "code url -");
}

TEST(Places, AreAsTheUserChose) {
  EXPECT_EQ(meanings({"a", "b", "url"}, {.columns = {{Column::code, 1, ""}, {Column::url, 2, ""}}}),
            "code url -");
  EXPECT_EQ(meanings({"kurz", "ziel"}, {.columns = {{Column::code, 0, "KURZ"}, {Column::url, 0, "ziel"}}}),
            "code url");
  EXPECT_EQ(meanings({"code", "url", "clicks"}, {.columns = {{Column::clicks, 0, ""}}}), "code url -");
  EXPECT_EQ(meanings({"code", "url", "clicks"}, {.columns = {{Column::code, 0, ""}}}), "- url clicks");
  EXPECT_EQ(meanings({"link", "ziel"}, {.columns = {{Column::url, 0, "ziel"}}}), "short_url url");
  EXPECT_EQ(meanings({"title", "url"}, {.columns = {{Column::code, 1, ""}}}), "code url");
}

TEST(Places, MayHaveANameTwiceWhereTheUserSaysWhichOneCounts) {
  EXPECT_EQ(meanings({"code", "url", "URL"}),
            "two columns are named \"URL\". Say which one it is: --map url=NUMBER");
  EXPECT_EQ(meanings({"code", "url", "url"}, {.columns = {{Column::url, 3, ""}}}), "code - url");
  EXPECT_EQ(meanings({"code", "Code", "url"}, {.columns = {{Column::code, 2, ""}}}), "- code url");
  EXPECT_EQ(meanings({"code", "Code", "url"}, {.columns = {{Column::url, 3, ""}}}),
            "two columns are named \"Code\". Say which one it is: --map code=NUMBER");
  EXPECT_EQ(meanings({"ip", "ip", "url", "", ""}), "- - url - -") << "they say nothing";
}

TEST(Places, SayWhatTheUsersChoiceLacks) {
  EXPECT_EQ(meanings({"code", "url"}, {.columns = {{Column::url, 9, ""}}}),
            "--map says url=9, and there are 2 columns");
  EXPECT_EQ(meanings({"code", "url"}, {.columns = {{Column::url, 0, "ziel\n"}}}),
            "--map says url=ziel\\n, and the columns are code, url");
  EXPECT_EQ(meanings({"code", "url"}, {.columns = {{Column::code, 2, ""}, {Column::url, 0, "url"}}}),
            "--map takes column 2 for code and for url");
  EXPECT_EQ(meanings({"code", "url"}, {.columns = {{Column::url, 0, ""}}}),
            "the columns are code, url, and none of them is known to say where links lead. Say it: --map "
            "url=NUMBER");
}

TEST(KnownNames, CountsThoseThatTheUserChose) {
  EXPECT_EQ(known_names({"kurz", "url", "ip"}, {}), 1U);
  EXPECT_EQ(known_names({"kurz", "url", "ip"}, {.columns = {{Column::code, 0, "Kurz"}}}), 2U);
}

TEST(OwnNames, AreWrittenAsCurtWritesThem) {
  EXPECT_TRUE(are_own_names({{"code", {}}, {"url", {}}, {"max_visits", {}}}));
  EXPECT_FALSE(are_own_names({{"code", {}}, {"URL", {}}}));
  EXPECT_FALSE(are_own_names({{"code", {}}, {"url", {}}, {"clicks", {}}}));
  EXPECT_FALSE(are_own_names({{"code", {}}, {"url", {}}, {"ip", {}}}));
}

}  // namespace
}  // namespace curt::app

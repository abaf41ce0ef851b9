#include "curt/store/postgres/schema/same_place.hpp"

#include <gtest/gtest.h>

namespace curt::store {
namespace {

constexpr const char* kUrl = "postgresql://curt:first@db.internal,db2.internal/links?sslmode=require";

TEST(SamePlace, IsTheSameWithAnotherUserAndPassword) {
  EXPECT_TRUE(name_same_place(kUrl, kUrl));
  EXPECT_TRUE(
      name_same_place(kUrl, "postgres://other:second@db.internal,db2.internal/links?sslmode=require"));
  EXPECT_TRUE(name_same_place(kUrl, "postgresql://db.internal,db2.internal/links?sslmode=require"));
  EXPECT_TRUE(name_same_place("postgresql://a@db/links", "postgresql://a@db:5432/links"))
      << "the port that is meant where none is named";
}

TEST(SamePlace, IsAnotherWithAnythingElse) {
  for (const char* other : {
           "postgresql://curt:first@db.internal,db3.internal/links?sslmode=require",
           "postgresql://curt:first@db.internal/links?sslmode=require",
           "postgresql://curt:first@db.internal:5433,db2.internal/links?sslmode=require",
           "postgresql://curt:first@db.internal,db2.internal/other?sslmode=require",
           "postgresql://curt:first@db.internal,db2.internal/links?sslmode=disable",
           "postgresql://curt:first@db.internal,db2.internal/links",
           "postgresql://curt:first@db.internal,db2.internal/links?sslmode=require&options=-csearch_path=x",
           "horse",
           "",
       }) {
    EXPECT_FALSE(name_same_place(kUrl, other)) << other;
    EXPECT_FALSE(name_same_place(other, kUrl)) << other;
  }
  EXPECT_FALSE(name_same_place("postgresql://h/x?unknown=y", "postgresql://h/x?unknown=y"));
}

TEST(SamePlace, AUserWithoutADatabaseNamesTheDatabaseToo) {
  EXPECT_FALSE(name_same_place("postgresql://one@db", "postgresql://two@db"));
  EXPECT_TRUE(name_same_place("postgresql://one:x@db", "postgresql://one:y@db"));
  EXPECT_TRUE(name_same_place("postgresql://one@db", "postgresql://two@db/one"));
}

}  // namespace
}  // namespace curt::store

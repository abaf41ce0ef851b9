#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/link_database.hpp"
#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/visit_store_contract.hpp"

// What an export holds is what an import makes of it.

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using test::LinkDatabase;
using testing::HasSubstr;

constexpr Timestamp kMade{1'795'333'780'123ms};

links::NewLink link_of(const char* code, const char* target) {
  return {.code = ShortCode::from_valid(code),
          .target = TargetUrl::parse(target).value(),
          .title = {},
          .tags = {},
          .settings = {},
          .created_at = kMade};
}

/// Links with everything that a link can have, made, edited, spent from and visited as a service does it.
class Service {
 public:
  Service() {
    create(link_of("plain", "https://example.com/"));
    links::NewLink odd = link_of("-odd_", "https://example.com/a,b;c?q=%22x%22|'y'#=1");
    odd.title = " =\"Grüße\", \\ 日本; it's true ";
    odd.tags = {"\"quoted\"", "'single", ",", ";x", "@a|b", "[\"c\"]", "ümlaut"};
    odd.settings.redirect_status = RedirectStatus::permanent_redirect;
    odd.settings.forward_query = true;
    odd.settings.enabled = false;
    odd.settings.not_before = kMade + 1ms;
    odd.settings.expires_at = kMade + 24h * 365 * 20 + 999ms;
    odd.owner = KeyId::from_valid("Ab3dEf6hIj9l");
    create(odd);
    links::NewLink over = link_of("Over", "http://xn--bcher-kva.example/%C3%BC");
    over.created_at = kMade - 24h * 9000;
    over.settings.expires_at = over.created_at + 500ms;
    over.tags = {"a b", "c"};
    create(over);
    links::NewLink limited = link_of("limited", "https://example.com/limited");
    limited.settings.max_visits = 1'000'000'000'000;
    create(limited);
    links::NewLink unlimited = link_of("was-limited", "https://example.com/was-limited");
    unlimited.settings.max_visits = 5;
    create(unlimited);
    spend("limited", 3);
    spend("was-limited", 2);
    links::LinkPatch patch;
    patch.max_visits.emplace();
    edit("was-limited", patch);
    patch = {};
    patch.title.emplace("=1+1");
    edit("plain", patch);
    patch.title.emplace(",");
    edit("plain", patch);
    visit(0, {test::count_of("plain", 10, 7), test::count_of("Over", 1), test::count_of("-odd_", 0, 2)});
  }

  void visit(std::uint64_t first, std::vector<visits::VisitCount> counts) {
    std::vector<visits::Batch> batches{test::batch_of(test::batch_id(first), std::move(counts))};
    Call call = patient_call();
    EXPECT_TRUE(test::run(database.store().visits().apply(call, std::move(batches))));
  }

  LinkDatabase database;

 private:
  static Call patient_call() { return Call{Deadline::in(test::patience())}; }

  void create(links::NewLink link) {
    links::CreateRequest request{std::move(link), links::CodeSource::alias, false, {}};
    Call call = patient_call();
    EXPECT_TRUE(test::run(database.store().create(call, std::move(request))));
  }

  void spend(const char* code, std::uint64_t visits) {
    Call call = patient_call();
    EXPECT_TRUE(test::run(database.store().spend(call, ShortCode::from_valid(code), visits, kMade)));
  }

  void edit(const char* code, links::LinkPatch patch) {
    Call call = patient_call();
    EXPECT_TRUE(test::run(
        database.store().update(call, ShortCode::from_valid(code), std::move(patch), {}, kMade + 1234567ms)));
  }
};

class RoundTrips : public testing::TestWithParam<ExportFormat> {};

TEST_P(RoundTrips, GiveTheSameBytes) {
  Service first;
  const std::string text = first.database.exported(GetParam());
  LinkDatabase second;
  const ImportCounts counts = second.import(text);
  EXPECT_EQ(counts.imported, 5U);
  EXPECT_EQ(counts.rejected, 0U);
  EXPECT_EQ(second.exported(GetParam()), text);
  // An import of what is there changes nothing.
  EXPECT_EQ(second.import(text).already_there, 5U);
  EXPECT_EQ(second.exported(GetParam()), text);
}

TEST_P(RoundTrips, LoseNothingThatTheOtherFormTells) {
  Service first;
  LinkDatabase second;
  second.import(first.database.exported(GetParam()));
  for (const ExportFormat other : {ExportFormat::csv, ExportFormat::ndjson}) {
    EXPECT_EQ(second.exported(other), first.database.exported(other));
  }
}

TEST_P(RoundTrips, CountVisitsOfBothPlaces) {
  Service first;
  LinkDatabase second;
  second.import(first.database.exported(GetParam()));
  first.visit(100, {test::count_of("plain", 3, 1)});
  std::vector<visits::Batch> batches{test::batch_of(test::batch_id(0), {test::count_of("plain", 3, 1)})};
  Call call{Deadline::in(test::patience())};
  ASSERT_TRUE(test::run(second.store().visits().apply(call, std::move(batches))));
  EXPECT_EQ(second.exported(GetParam()), first.database.exported(GetParam()));
  LinkDatabase third;
  third.import(second.exported(GetParam()));
  EXPECT_EQ(third.exported(GetParam()), first.database.exported(GetParam()));
  EXPECT_THAT(third.exported(ExportFormat::ndjson), HasSubstr(R"("visits":{"humans":13,"bots":8})"));
}

INSTANTIATE_TEST_SUITE_P(OfBothForms, RoundTrips, testing::Values(ExportFormat::csv, ExportFormat::ndjson),
                         [](const testing::TestParamInfo<ExportFormat>& form) {
                           return form.param == ExportFormat::csv ? "Csv" : "Ndjson";
                         });

}  // namespace
}  // namespace curt::app

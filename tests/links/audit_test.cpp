#include "links/audit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "curt/links/link_service.hpp"

#include "support/captured_log.hpp"
#include "support/chosen_random.hpp"
#include "support/links/resolver_fixture.hpp"
#include "support/store/stored_link.hpp"

namespace curt::links {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// The lines that changes by LinkService leave, over a store with the link "abc" in version 3.
class Audit : public ResolverFixture {
 protected:
  Audit() {
    Link link = test::stored("abc", "https://example.com/");
    link.version = 3;
    store_.put(link);
  }

  ErrorCode create(std::string alias) {
    LinkDraft draft;
    draft.url = "https://example.com/new";
    draft.alias = std::move(alias);
    return error_of(test::run(service_.create(call_, author_, std::move(draft), std::nullopt)));
  }
  ErrorCode edit(std::optional<std::string> title, std::optional<std::int64_t> version = {}) {
    EditDraft draft;
    draft.title = std::move(title);
    return error_of(
        test::run(service_.edit(call_, author_, test::code_of("abc"), std::move(draft), version)));
  }
  ErrorCode remove(std::optional<std::int64_t> version = {}) {
    return error_of(test::run(service_.remove(call_, author_, test::code_of("abc"), version)));
  }
  ErrorCode restore(std::optional<std::int64_t> version = {}) {
    return error_of(test::run(service_.restore(call_, author_, test::code_of("abc"), version)));
  }

  [[nodiscard]] std::vector<json> lines() const { return log_.events("audit"); }

  static json line(std::string_view action, std::string_view code, std::string_view outcome) {
    return {{"level", "info"},    {"message", "audit"}, {"action", action},      {"code", code},
            {"outcome", outcome}, {"by", "the-key"},    {"client", "192.0.2.7"}, {"request_id", "request-1"}};
  }
  static json done(std::string_view action, std::string_view code, std::int64_t from, std::int64_t to) {
    json done = line(action, code, "done");
    done["from_version"] = from;
    done["to_version"] = to;
    return done;
  }

  const test::CapturedLog log_;
  Announcer announcer_{resolver_, nullptr, doubt_, clock_};
  LinkRules rules_{{"shorten"}, TargetUrl::from_stored("https://sho.rt/")};
  test::CountingRandom random_;
  CodeGenerator codes_{random_};
  LinkService service_{store_, announcer_, rules_, codes_, clock_, metrics_, 7};
  const Author author_{"the-key", "192.0.2.7", "request-1"};

 private:
  template <class T>
  static ErrorCode error_of(const result<T>& outcome) {
    return outcome ? ErrorCode{} : outcome.error().code;
  }
};

TEST_F(Audit, NamesWhatWasChangedByWhomAndFromWhere) {
  create("new");
  edit("A title");
  edit("Another one", 4);
  remove();
  restore();
  EXPECT_THAT(lines(),
              ElementsAre(done("create", "new", 0, 1), done("edit", "abc", 3, 4), done("edit", "abc", 4, 5),
                          done("delete", "abc", 5, 6), done("restore", "abc", 6, 7)));
}

TEST_F(Audit, HasNoLineWhereNothingChanges) {
  for (const CreateOutcome outcome : {CreateOutcome::reused, CreateOutcome::replayed}) {
    store_.create_ends_as(outcome);
    create(outcome == CreateOutcome::reused ? "one" : "two");
  }
  edit(std::nullopt);
  create("shorten");
  create("abc");
  edit("A title", 9);
  remove(9);
  restore();
  for (const ErrorCode failure :
       {ErrorCode::unavailable, ErrorCode::overloaded, ErrorCode::deadline_exceeded}) {
    store_.fail_with(failure);
    EXPECT_EQ(create("new"), failure);
    EXPECT_EQ(edit("A title"), failure);
    EXPECT_EQ(remove(), failure);
    EXPECT_EQ(restore(), failure);
  }
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(Audit, SaysWhereTheOutcomeOfAChangeIsUnknown) {
  store_.fail_with(ErrorCode::outcome_unknown);
  create("new");
  edit("A title");
  remove();
  restore();
  EXPECT_THAT(lines(), ElementsAre(line("create", "new", "unknown"), line("edit", "abc", "unknown"),
                                   line("delete", "abc", "unknown"), line("restore", "abc", "unknown")));
}

}  // namespace
}  // namespace curt::links

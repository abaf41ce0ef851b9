#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

/// What is answered to one request on a connection of its own.
RawResponse answer(const CurtProcess& curt, std::string_view method, const std::string& path) {
  return exchange(curt.port(), fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n"
                                           "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) "
                                           "Gecko/20100101 Firefox/140.0\r\n\r\n",
                                           method, path))
      .value_or(RawResponse{});
}

/// A link that was imported with figures, is followed, deleted, and restored by an instance that came later.
void expect_a_link_to_come_back_with_its_figures(const CurtProcess::Environment& environment) {
  const TempFolder folder;
  std::ofstream{folder.path() / "links"} << R"({"code":"caf\u00e9.","url":"https://example.com/",)"
                                            R"("tags":["shop"],"humans":5,"bots":2,"max_visits":3,"spent":0})"
                                         << '\n';
  ChildOptions options;
  options.folder = folder.path();
  options.environment = environment;
  const Finished imported = run({curt_binary(), "import", "links"}, options);
  ASSERT_EQ(imported.status, 0) << imported.err;
  const std::string visitors = "/caf%C3%A9.";
  const std::string link = "/api/v1/links/caf%C3%A9.";
  nlohmann::json before;
  {
    CurtProcess curt{curt_binary(), folder.path(), environment};
    EXPECT_EQ(answer(curt, "GET", visitors).status, 302U);
    EXPECT_EQ(answer(curt, "GET", visitors).status, 302U);
    EXPECT_TRUE(eventually([&] {
      before = nlohmann::json::parse(answer(curt, "GET", link).body);
      return before.at("visits").at("total") == 9;
    })) << before;
    EXPECT_EQ(answer(curt, "POST", link + "/restore").status, 409U);
    EXPECT_EQ(answer(curt, "DELETE", link).status, 204U);
    EXPECT_EQ(answer(curt, "GET", visitors).status, 410U);
    EXPECT_EQ(curt.stop(), 0);
  }
  CurtProcess curt{curt_binary(), folder.path(), environment};
  EXPECT_EQ(answer(curt, "GET", visitors).status, 410U);
  const RawResponse restored = answer(curt, "POST", link + "/restore");
  ASSERT_EQ(restored.status, 200U) << restored.body;
  nlohmann::json after = nlohmann::json::parse(restored.body);
  EXPECT_EQ(restored.header("ETag"), fmt::format("\"{}\"", before.at("version").get<int>() + 2));
  for (const char* changed : {"version", "updated_at"}) {
    EXPECT_NE(after.at(changed), before.at(changed));
    after.erase(changed);
    before.erase(changed);
  }
  EXPECT_EQ(after, before);
  EXPECT_EQ(nlohmann::json::parse(answer(curt, "GET", "/api/v1/links?tag=shop").body).at("data").size(), 1U);
  EXPECT_EQ(answer(curt, "GET", visitors).status, 302U);
  EXPECT_EQ(answer(curt, "GET", visitors).status, 410U) << "two of three were spent before";
  EXPECT_TRUE(eventually([&] {
    return nlohmann::json::parse(answer(curt, "GET", link + "/stats").body).at("visits").at("total") == 10;
  }));
  EXPECT_EQ(answer(curt, "POST", link + "/restore").status, 409U);
  EXPECT_EQ(curt.metric(R"(curt_http_requests_total{route="/api/v1/links/{code}/restore",method="POST",)"
                        R"(status="200"})"),
            1);
}

TEST(RestoredLinks, ComeBackWithTheirFiguresFromSqlite) {
  expect_a_link_to_come_back_with_its_figures({{"CURT_DATABASE_URL", "sqlite:curt.db"}});
}

TEST(RestoredLinks, ComeBackWithTheirFiguresFromPostgres) {
  const Cluster cluster;
  expect_a_link_to_come_back_with_its_figures({{"CURT_DATABASE_URL", cluster.database_url()}});
}

}  // namespace
}  // namespace curt::test

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"

namespace curt::test {
namespace {

using testing::Contains;

std::string read_document(const std::string& name) {
  std::ifstream file{source_dir() + "/docs/" + name};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Names of what an instance shows.
std::set<std::string> families_of(CurtProcess& instance) {
  RawClient client{instance.port()};
  const auto answer = ask(client, "GET", "/metrics");
  std::istringstream lines{answer ? answer->body : std::string{}};
  std::set<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string hash, type, name;
    if (words >> hash >> type >> name && hash == "#" && type == "TYPE") names.insert(name);
  }
  return names;
}

TEST(MetricsDocument, NamesEveryFamilyThatAnInstanceShows) {
  const std::string documents = read_document("configuration.md") + read_document("visits.md");
  Cluster cluster;
  CurtProcess& instance = cluster.start({{"CURT_WITH_WORKER", "true"}});
  RawClient client{instance.port()};
  ASSERT_TRUE(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "seen"}}));
  ASSERT_TRUE(ask(client, "GET", "/seen"));
  ASSERT_TRUE(eventually([&] { return instance.metric("curt_visits_applied_total{by=\"worker\"}") == 1; }));
  const std::set<std::string> families = families_of(instance);
  ASSERT_THAT(families, Contains("curt_visit_stream_length"));
  for (const std::string& family : families) {
    const std::string labelled = '`' + family + '{';
    const std::string bare = '`' + family + '`';
    EXPECT_TRUE(documents.find(labelled) != std::string::npos || documents.find(bare) != std::string::npos)
        << family << " is in neither docs/configuration.md nor docs/visits.md";
  }
}

}  // namespace
}  // namespace curt::test

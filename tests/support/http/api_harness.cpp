#include "support/http/api_harness.hpp"

#include <chrono>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <gtest/gtest.h>

#include "curt/api/routes.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/import_rows.hpp"

namespace curt::test {
namespace {

api::ApiOptions completed(api::ApiOptions options) {
  if (options.base_url.empty()) options.base_url = ApiHarness::kBaseUrl;
  options.redirect_deadline = options.api_deadline = patience();
  return options;
}

std::unique_ptr<links::LinkStore> open_store(const TempFolder& folder, Metrics& metrics) {
  return store::open_sqlite_store({.path = folder.path() / "curt.db"}, metrics).value();
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  std::string found;
  int count = 0;
  std::string_view rest = headers;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    const std::size_t colon = line.find(": ");
    if (!boost::beast::iequals(line.substr(0, colon), name)) continue;
    found = line.substr(colon + 2);
    ++count;
  }
  EXPECT_LE(count, 1) << "the header " << name << " is there " << count << " times";
  return found;
}

nlohmann::json Answer::json() const {
  auto parsed = nlohmann::json::parse(body, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << "not JSON: " << body;
  return parsed.is_discarded() ? nlohmann::json{} : parsed;
}

std::string Answer::problem() const {
  return content_type == "application/problem+json" ? json().value("code", "") : "";
}

std::vector<std::string> Answer::blamed() const {
  std::vector<std::string> fields;
  const nlohmann::json problem = json();
  for (const auto& error : problem.value("errors", nlohmann::json::array())) {
    EXPECT_FALSE(error.at("message").get<std::string>().empty());
    fields.push_back(error.at("field"));
  }
  return fields;
}

Answer ask(http::Service& service, http::Method method, std::string_view target, std::string_view body,
           const std::function<void(http::Request&)>& prepare, SteadyTime began_at) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  request.has_query = request.path.size() < target.size();
  if (request.has_query) request.query = target.substr(request.path.size() + 1);
  request.body = body;
  request.has_body = !body.empty();
  const bool writes = method == http::Method::post || method == http::Method::patch;
  if (writes) request.content_type = "application/json";
  if (prepare) prepare(request);

  http::Response response;
  const auto now = std::chrono::steady_clock::now();
  http::Exchange exchange{request, response, ApiHarness::kRequestId, 0, Call{Deadline{now}}, began_at};
  bool waited = false;
  if (service.admit(exchange) != http::Admission::answer) {
    exchange.call.deadline = Deadline{now + exchange.time_limit};
    waited = !service.answer_now(exchange);
    if (waited) run(service.answer(exchange));
  }
  return {response.status(),
          std::string{response.content_type()},
          std::string{response.body()},
          std::string{response.headers()},
          service.route_names().at(exchange.route),
          waited,
          exchange.visited_version,
          exchange.principal.key ? std::string{exchange.principal.key->view()} : "",
          static_cast<unsigned>(exchange.call.statements)};
}

ApiHarness::ApiHarness(api::ApiOptions options, std::unique_ptr<links::LinkStore> store, SharedQuotas limited)
    : options_(completed(std::move(options))),
      store_(store ? std::move(store) : open_store(folder_, metrics)),
      resolver_(*store_, cache_, nullptr, doubt_, clock, metrics),
      rules_(api::reserved_words(), TargetUrl::from_stored(options_.base_url + "/"), &policy_),
      links_(*store_, announcer_, rules_, codes_, clock, metrics, 7),
      budget_(*store_, clock, metrics),
      limits_(limited.quotas, limited.shared, 1, clock, metrics),
      services_{.options = options_,
                .links = links_,
                .resolver = resolver_,
                .store = *store_,
                .statistics = statistics_,
                .cache = cache_,
                .clock = clock,
                .metrics = metrics,
                .life_stage = life_stage,
                .database_state = database_state_,
                .health = health,
                .started_at = kStart,
                .budget = budget_,
                .bots = bots,
                .side_thread = side_thread,
                .keys = keys,
                .key_service = key_service_,
                .limits = limits_,
                .lists = lists} {
  keys.replace({});
}

Answer ApiHarness::send(http::Method method, std::string_view target, std::string_view body,
                        const Prepare& prepare) {
  return ask(service_, method, target, body, prepare, clock.steady_now());
}

Answer ApiHarness::get(std::string_view target, const Prepare& prepare) {
  return send(http::Method::get, target, {}, prepare);
}

Answer ApiHarness::get_page(std::string_view target) {
  return get(target,
             [](http::Request& request) { request.accept = "text/html,application/xhtml+xml,*/*;q=0.8"; });
}

Answer ApiHarness::create(const nlohmann::json& body, const Prepare& prepare) {
  return send(http::Method::post, "/api/v1/links", body.dump(), prepare);
}

Answer ApiHarness::edit(std::string_view code, const nlohmann::json& body, const Prepare& prepare) {
  return send(http::Method::patch, "/api/v1/links/" + std::string{code}, body.dump(), prepare);
}

Answer ApiHarness::remove(std::string_view code, const Prepare& prepare) {
  return send(http::Method::delete_, "/api/v1/links/" + std::string{code}, {}, prepare);
}

Answer ApiHarness::restore(std::string_view code, const Prepare& prepare) {
  return send(http::Method::post, "/api/v1/links/" + std::string{code} + "/restore", {}, prepare);
}

nlohmann::json ApiHarness::given(std::string_view alias, std::string_view url, nlohmann::json more) {
  more["alias"] = alias;
  more["url"] = url;
  const Answer answer = create(more);
  EXPECT_EQ(answer.status, 201U) << answer.body;
  return answer.json();
}

void ApiHarness::given_from_elsewhere(std::string_view code, std::string_view url) {
  Call call{Deadline::in(patience())};
  const auto parsed = rules_.check_imported_code(code);
  ASSERT_TRUE(parsed) << parsed.error().detail;
  std::vector<links::ImportRow> rows;
  rows.push_back({.link = {.code = *parsed,
                           .target = TargetUrl::from_stored(std::string{url}),
                           .title = std::nullopt,
                           .tags = {},
                           .settings = {},
                           .created_at = kStart},
                  .code_source = links::CodeSource::alias});
  const auto outcomes = run(store_->import(call, shared(std::move(rows))));
  ASSERT_TRUE(outcomes) << outcomes.error().detail;
  ASSERT_EQ(outcomes->front(), links::ImportOutcome::imported);
}

std::string ApiHarness::key(const std::vector<std::string>& scopes, bool own) {
  Call call{Deadline::in(patience())};
  access::KeyDraft draft{.name = "test", .scopes = scopes, .own = own};
  auto made = run(key_service_.create(call, {}, std::move(draft)));
  EXPECT_TRUE(made) << made.error().detail;
  return std::string{made->text.view()};
}

ApiHarness::Prepare by(std::string_view api_key) {
  return [api_key](http::Request& request) {
    request.api_key = api_key;
    request.api_keys = 1;
  };
}

ApiHarness::Prepare with_key(std::string_view key) {
  return [key](http::Request& request) {
    request.idempotency_key = key;
    request.has_idempotency_key = true;
  };
}

ApiHarness::Prepare if_match(std::string_view version) {
  return [version](http::Request& request) {
    request.if_match = version;
    request.has_if_match = true;
  };
}

ApiHarness::Prepare at_host(std::string_view host) {
  return [host](http::Request& request) { request.host = host; };
}

}  // namespace curt::test

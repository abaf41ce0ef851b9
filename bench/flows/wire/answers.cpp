#include "flows/wire/answers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace flows {

namespace {

using Json = nlohmann::json;

Json parse(std::string_view body) { return Json::parse(body, nullptr, false); }

std::string text_of(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t number_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

std::string judge_redirect(const Answer& answer, std::string_view target) {
  if (answer.status != 302) return std::to_string(answer.status);
  return answer.location == target ? "" : "wrong Location";
}

std::string judge_create(const Answer& answer, std::string_view target, std::string& code) {
  if (answer.status != 201) return std::to_string(answer.status);
  const Json link = parse(answer.body);
  code = text_of(link, "code");
  const bool right =
      !code.empty() && text_of(link, "short_url").ends_with("/" + code) && text_of(link, "url") == target;
  return right ? "" : "wrong link";
}

std::string judge_statistics(const Answer& answer, std::string_view code) {
  if (answer.status != 200) return std::to_string(answer.status);
  // As curt writes them: parsing a whole series would cost this program more than the request.
  const std::string begin = fmt::format(R"({{"code":"{}","visits":{{"total":)", code);
  return answer.body.starts_with(begin) ? "" : "wrong statistics";
}

std::optional<VisitFigures> figures_in(std::string_view body) {
  const Json page = parse(body);
  if (!page.is_object() || !page.contains("visits") || !page.contains("completeness")) return std::nullopt;
  const Json& visits = page["visits"];
  const Json& completeness = page["completeness"];
  if (!visits.is_object() || !visits.contains("total") || !completeness.is_object()) return std::nullopt;
  return VisitFigures{.total = number_of(visits, "total"),
                      .in_flight = number_of(completeness, "in_flight"),
                      .dropped = number_of(completeness, "dropped"),
                      .unaccounted = number_of(completeness, "unaccounted")};
}

std::string describe(const Answer& answer) {
  const std::string detail = text_of(parse(answer.body), "detail");
  return detail.empty() ? std::to_string(answer.status) : fmt::format("{}: {}", answer.status, detail);
}

}  // namespace flows

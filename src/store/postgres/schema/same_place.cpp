#include "curt/store/postgres/schema/same_place.hpp"

#include <map>
#include <memory>
#include <string_view>

#include <libpq-fe.h>

namespace curt::store {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
using Values = std::map<std::string, std::string, std::less<>>;  // by keyword

void add(const PQconninfoOption* option, Values& values) {
  for (; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
}

/// All that the string means but user and password; empty where it is no connection string.
Values place_of(const std::string& connection_string) {
  char* message = nullptr;
  const Options named{PQconninfoParse(connection_string.c_str(), &message), &PQconninfoFree};
  PQfreemem(message);
  if (!named) return {};
  Values values;
  add(Options{PQconndefaults(), &PQconninfoFree}.get(), values);
  add(named.get(), values);
  values.try_emplace("dbname", values["user"]);
  values.erase("user");
  values.erase("password");
  return values;
}

}  // namespace

bool name_same_place(const std::string& one, const std::string& other) {
  const Values place = place_of(one);
  return !place.empty() && place == place_of(other);
}

}  // namespace curt::store

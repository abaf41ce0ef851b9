#include "curt/store/postgres/schema/same_place.hpp"

#include <map>
#include <string_view>

#include "store/postgres/connection/libpq_options.hpp"

namespace curt::store {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;  // by keyword

void add(const PQconninfoOption* option, Values& values) {
  for (; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
}

/// All that the string means but user and password; empty where it is no connection string.
Values place_of(const std::string& connection_string) {
  const result<postgres::LibpqOptions> named = postgres::parse_connection_string(connection_string);
  if (!named) return {};
  Values values;
  add(postgres::usual_options().get(), values);
  add(named->get(), values);
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

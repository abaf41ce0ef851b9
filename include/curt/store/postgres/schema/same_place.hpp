#pragma once

#include <string>

namespace curt::store {

/// Whether two connection strings of libpq name the same servers, database and options, TLS among them, so
/// that they differ in user and password at most. PG* variables of the environment fill in what they leave
/// open, and the database is that of the user's name where none is named. False where one of them is no
/// connection string.
[[nodiscard]] bool name_same_place(const std::string& one, const std::string& other);

}  // namespace curt::store

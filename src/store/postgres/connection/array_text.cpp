#include "store/postgres/connection/array_text.hpp"

#include <utility>

namespace curt::store::postgres {

void ArrayText::separate() {
  if (text_.size() > 1) text_ += ',';
}

void ArrayText::add(std::string_view text) {
  separate();
  text_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void ArrayText::add(std::int64_t number) {
  separate();
  text_ += std::to_string(number);
}

void ArrayText::add(bool flag) {
  separate();
  text_ += flag ? 't' : 'f';
}

void ArrayText::add_null() {
  separate();
  text_ += "NULL";
}

std::string ArrayText::take() {
  text_ += '}';
  return std::move(text_);
}

}  // namespace curt::store::postgres

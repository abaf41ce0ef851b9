#pragma once

#include <span>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"
#include "curt/http/service.hpp"
#include "curt/limits/gcra.hpp"

namespace curt::api {

/// The text with the five characters that mean something in HTML replaced, and "{", with which a placeholder
/// of fill_in() begins.
[[nodiscard]] std::string escape_html(std::string_view text);

/// What page.html shows; all but `body` is plain text.
struct Page {
  std::string_view title;
  std::string_view heading;
  std::string message;
  std::string body;  ///< HTML
  std::string detail;
};

/// The page with the style sheet that all pages share in its place "{{style}}".
[[nodiscard]] std::string with_style(std::string_view page);

/// Answers with the page.
void answer_page(unsigned status, const Page& page, http::Exchange& exchange);

/// Answers with HTML that loads nothing from elsewhere and runs no script.
void answer_html(unsigned status, std::string html, http::Exchange& exchange);

/// Replaces each "{{name}}" in `text` by `value`.
void fill_in(std::string& text, std::string_view name, std::string_view value);

/// A link's error for the visitor of /{code}: a page for browsers, a problem for programs.
void answer_visitor(const Error& error, http::Exchange& exchange);

/// That a visitor's budgets are used up, in the same way.
void answer_limited(std::span<const limits::BudgetState> states, http::Exchange& exchange);

}  // namespace curt::api

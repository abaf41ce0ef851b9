#include "app/transfer/reading/form/places.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "curt/base/text.hpp"

#include "app/transfer/reading/form/form_words.hpp"

namespace curt::app {
namespace {

using Places = std::vector<Form::Place>;

bool is_chosen_name(std::string_view name, const FormWishes& wishes) {
  return std::any_of(wishes.columns.begin(), wishes.columns.end(), [&](const ColumnChoice& choice) {
    return !choice.name.empty() && plain_name(choice.name) == plain_name(name);
  });
}

bool means(const Form::Place& place, Column column) {
  return place.meaning && place.meaning->column == column;
}

bool has(const Places& places, Column column) {
  return std::any_of(places.begin(), places.end(),
                     [&](const Form::Place& place) { return means(place, column); });
}

Form::Place* find(Places& places, std::string_view plain) {
  if (plain.empty()) return nullptr;
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const Form::Place& place) { return plain_name(place.name) == plain; });
  return found == places.end() ? nullptr : &*found;
}

std::string list_names(const Places& places) {
  std::vector<std::string> names;
  for (const Form::Place& place : places) {
    if (!place.name.empty()) names.push_back(shown(place.name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

bool is_chosen(Column column, const FormWishes& wishes) {
  return std::any_of(wishes.columns.begin(), wishes.columns.end(),
                     [&](const ColumnChoice& choice) { return choice.column == column; });
}

result<void> refuse_repeats(const Places& places, const FormWishes& wishes) {
  std::set<std::string> seen;
  for (const Form::Place& place : places) {
    const std::string name = plain_name(place.name);
    if (!place.meaning || is_chosen(place.meaning->column, wishes) || seen.insert(name).second) continue;
    return unsettled(fmt::format("two columns are named \"{}\"", shown(place.name)),
                     fmt::format("Say which one it is: --map {}=NUMBER", name_of(place.meaning->column)));
  }
  return {};
}

/// Takes the meaning from a "source" beside which no target is: it is a campaign's, or a program's.
void forget_lone_source(Places& places) {
  Form::Place* source = find(places, "source");
  if (source == nullptr) return;
  const bool alone = std::none_of(places.begin(), places.end(),
                                  [](const Form::Place& place) { return is_beside_source(place.name); });
  if (alone) source->meaning.reset();
}

/// Takes the meaning from owners elsewhere, who are no keys here.
void forget_foreign_owners(Form& form) {
  if (form.own) return;
  for (Form::Place& place : form.places) {
    if (means(place, Column::owner)) place.meaning.reset();
  }
}

/// Asks where two places may hold the code.
result<void> refuse_two_codes(const Form& form) {
  const Form::Place* first = nullptr;
  for (const Form::Place& place : form.places) {
    if (!means(place, Column::code)) continue;
    if (first != nullptr) {
      return unsettled(
          fmt::format("\"{}\" and \"{}\" may both be the code", shown(first->name), shown(place.name)),
          fmt::format("Say which one it is: --map code={}",
                      form.kind == Form::Kind::table ? "NUMBER" : shown(first->name)));
    }
    first = &place;
  }
  return {};
}

/// Takes out what a name means only beside others.
void settle_by_context(Form& form, const FormWishes& wishes) {
  Places& places = form.places;
  forget_lone_source(places);
  if (Form::Place* link = find(places, "link");
      link != nullptr && !has(places, Column::url) && !is_chosen(Column::url, wishes)) {
    link->meaning = NameMeaning{Column::url};
  }
  forget_foreign_owners(form);
}

/// Leaves one column that says where links lead. A "url" beside it is the short one.
result<void> settle_target(Places& places) {
  const Form::Place* best = nullptr;
  for (const Form::Place& place : places) {
    if (!means(place, Column::url)) continue;
    if (best != nullptr && best->meaning->rank == place.meaning->rank) {
      return unsettled(fmt::format("\"{}\" and \"{}\" may both say where links lead", shown(best->name),
                                   shown(place.name)),
                       "Say which one it is: --map url=NUMBER");
    }
    if (best == nullptr || place.meaning->rank < best->meaning->rank) best = &place;
  }
  if (best == nullptr) {
    return unsettled(fmt::format("the columns are {}, and none of them is known to say where links lead",
                                 list_names(places)),
                     "Say it: --map url=NUMBER");
  }
  const bool has_code = has(places, Column::code) || has(places, Column::short_url);
  for (Form::Place& place : places) {
    if (!means(place, Column::url) || &place == best) continue;
    place.meaning.reset();
    if (!has_code) place.meaning = NameMeaning{Column::short_url};
  }
  return {};
}

result<Form::Place*> chosen_place(Places& places, const ColumnChoice& choice) {
  const std::string_view column = name_of(choice.column);
  if (choice.number > places.size()) {
    return unsettled(
        fmt::format("--map says {}={}, and there are {} columns", column, choice.number, places.size()), "");
  }
  if (choice.number > 0) return &places[choice.number - 1];
  if (Form::Place* found = find(places, plain_name(choice.name))) return found;
  const std::string names = list_names(places);
  if (names.empty()) {
    return unsettled(fmt::format("--map says {}={}, and no line names columns", column, shown(choice.name)),
                     fmt::format("Give the number instead: --map {}=NUMBER", column));
  }
  return unsettled(fmt::format("--map says {}={}, and the columns are {}", column, shown(choice.name), names),
                   "");
}

result<void> apply_choices(Places& places, const FormWishes& wishes) {
  for (const ColumnChoice& choice : wishes.columns) {
    for (Form::Place& place : places) {
      if (place.meaning && is_replaced(place.meaning->column, choice)) place.meaning.reset();
    }
  }
  std::map<const Form::Place*, Column> chosen;
  for (const ColumnChoice& choice : wishes.columns) {
    if (choice.number == 0 && choice.name.empty()) continue;
    auto place = chosen_place(places, choice);
    if (!place) return place.error();
    const auto [earlier, fresh] = chosen.emplace(*place, choice.column);
    if (!fresh) {
      return unsettled(fmt::format("--map takes column {} for {} and for {}", *place - places.data() + 1,
                                   name_of(earlier->second), name_of(choice.column)),
                       "");
    }
    (*place)->meaning = NameMeaning{choice.column};
  }
  return {};
}

}  // namespace

bool is_beside_source(std::string_view name) {
  const std::string plain = plain_name(name);
  return plain == "target" || plain == "destination";
}

bool is_replaced(Column column, const ColumnChoice& choice) {
  const bool no_code = choice.column == Column::code && choice.number == 0 && choice.name.empty();
  return column == choice.column || (no_code && column == Column::short_url);
}

std::size_t known_names(const std::vector<std::string>& names, const FormWishes& wishes) {
  return static_cast<std::size_t>(std::count_if(names.begin(), names.end(), [&](const std::string& name) {
    return meaning_of(name).has_value() || is_chosen_name(name, wishes);
  }));
}

bool are_own_names(const Places& places) {
  return std::all_of(places.begin(), places.end(), [](const Form::Place& place) {
    const auto column = column_from(place.name);
    return column && *column != Column::short_url && *column != Column::clicks && *column != Column::domain &&
           *column != Column::disabled && *column != Column::password;
  });
}

result<void> settle_places(Form& form, const FormWishes& wishes) {
  form.own = are_own_names(form.places);
  for (Form::Place& place : form.places) place.meaning = meaning_of(place.name);
  if (auto once = refuse_repeats(form.places, wishes); !once) return once;
  settle_by_context(form, wishes);
  if (auto chosen = apply_choices(form.places, wishes); !chosen) return chosen;
  if (auto code = refuse_two_codes(form); !code) return code;
  return settle_target(form.places);
}

result<void> settle_members(Form& form, const FormWishes& wishes) {
  for (const ColumnChoice& choice : wishes.columns) {
    // The others may be in later objects.
    const bool first =
        choice.column == Column::code || choice.column == Column::short_url || choice.column == Column::url;
    if (!first || choice.name.empty() || form.places.empty()) continue;
    if (find(form.places, plain_name(choice.name)) != nullptr) continue;
    return unsettled(fmt::format("--map says {}={}, and the members are {}", name_of(choice.column),
                                 shown(choice.name), list_names(form.places)),
                     "");
  }
  if (!is_chosen(Column::code, wishes)) forget_lone_source(form.places);
  if (!is_chosen(Column::owner, wishes)) forget_foreign_owners(form);
  return refuse_two_codes(form);
}

result<void> settle_chosen_places(Form& form, const FormWishes& wishes) {
  return apply_choices(form.places, wishes);
}

}  // namespace curt::app

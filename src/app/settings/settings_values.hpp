#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "curt/app/settings/settings.hpp"

#include "app/settings/settings_table.hpp"
#include "app/settings/settings_text.hpp"

/// How a row of the settings table turns a text into a value: one function a type, and one for each setting
/// that has a form of its own. All are of the type Setting::Set.
namespace curt::app {

using Refusal = std::optional<std::string>;

/// Why both this address and one of the others cannot be listened on, such as "includes 127.0.0.1:80, which
/// is named too; name one of them". `where` says where the others are named, such as "in CURT_LISTEN"; empty
/// where that is the same list.
[[nodiscard]] std::optional<std::string> clash_of(const ListenAddress& address,
                                                  const std::vector<ListenAddress>& others,
                                                  std::string_view where = {});

/// The checked value, or the refusal in `why`.
[[nodiscard]] std::optional<std::uint64_t> read_number(const Setting& setting, std::string_view text,
                                                       Refusal& why);
[[nodiscard]] std::optional<std::uint64_t> read_power_of_two(const Setting& setting, std::string_view text,
                                                             Refusal& why);
[[nodiscard]] std::optional<std::uint64_t> read_bytes(const Setting& setting, std::string_view text,
                                                      Refusal& why);
[[nodiscard]] std::optional<Settings::Duration> read_duration(const Setting& setting, std::string_view text,
                                                              Refusal& why);
[[nodiscard]] std::optional<limits::Quota> read_quota(const Setting& setting, std::string_view text,
                                                      Refusal& why);
[[nodiscard]] std::optional<std::vector<std::string>> read_files(const Setting& setting,
                                                                 std::string_view text, Refusal& why);
[[nodiscard]] std::optional<bool> read_bool(const Setting& setting, std::string_view text, Refusal& why);

/// Puts what `kRead` makes of the text into the field.
template <auto kField, auto kRead>
Refusal set_read(const Setting& setting, std::string_view text, Settings& settings) {
  using Field = std::remove_reference_t<decltype(settings.*kField)>;
  Refusal why;
  if (const auto value = kRead(setting, text, why)) settings.*kField = static_cast<Field>(*value);
  return why;
}

template <auto kField>
Refusal set_number(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_number>(setting, text, settings);
}

template <auto kField>
Refusal set_power_of_two(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_power_of_two>(setting, text, settings);
}

template <auto kField>
Refusal set_bytes(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_bytes>(setting, text, settings);
}

template <auto kField>
Refusal set_duration(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_duration>(setting, text, settings);
}

template <auto kField>
Refusal set_quota(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_quota>(setting, text, settings);
}

template <auto kField>
Refusal set_bool(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_bool>(setting, text, settings);
}

/// A file's name; none for nothing.
template <auto kField>
Refusal set_file(const Setting& /*setting*/, std::string_view text, Settings& settings) {
  settings.*kField = text == "none" ? std::string_view{} : text;
  return std::nullopt;
}

/// Names of files and folders, each once; none for nothing.
template <auto kField>
Refusal set_files(const Setting& setting, std::string_view text, Settings& settings) {
  return set_read<kField, read_files>(setting, text, settings);
}

Refusal set_data_dir(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_ring_dir(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_client_share(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_drain_delay(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_listen(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_worker_listen(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_metrics_listen(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_auth(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_base_url(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_trusted_proxies(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_cors_origins(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_root_redirect(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_database_url(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_migrate_database_url(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_redis_url(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_visit_ip(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_log_level(const Setting& setting, std::string_view text, Settings& settings);
Refusal set_log_format(const Setting& setting, std::string_view text, Settings& settings);

}  // namespace curt::app

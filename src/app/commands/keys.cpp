#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "curt/access/key_service.hpp"
#include "curt/access/key_text.hpp"
#include "curt/app/commands/commands.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/logging.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/random.hpp"

#include "app/commands/complain.hpp"
#include "app/commands/key_lines.hpp"
#include "app/folders/folder_trust.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/run_to_end.hpp"

namespace curt::app {
namespace {

constexpr std::chrono::minutes kPatience{1};
constexpr std::size_t kPage = 500;

/// What the service calls a field, and how it was given here.
std::string_view argument_of(std::string_view field) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kArguments{{
      {"name", "--name"},
      {"scopes", "--scopes"},
      {"own", "--own"},
      {"expires_at", "--expires"},
      {"ttl", "--expires"},
      {"grace", "--grace"},
  }};
  for (const auto& [name, argument] : kArguments) {
    if (name == field) return argument;
  }
  return field;
}

int fail(const Error& error) {
  std::string text;
  for (const FieldError& wrong : error.fields) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", argument_of(wrong.field), wrong.message);
  }
  if (text.empty()) text = error.log.empty() ? error.detail : fmt::format("{} ({})", error.detail, error.log);
  complain("keys", text);
  return error.code == ErrorCode::invalid_value ? kWrongUsage : 1;
}

/// Says what is wrong with the key of this id; other errors as fail() above.
int fail(const Error& error, KeyId id) {
  const auto refuse = [id](std::string_view why) {
    complain("keys", fmt::format("{} {}", id.view(), why));
    return 1;
  };
  switch (error.code) {
    case ErrorCode::not_found:
      return refuse("is not the id of a key in this database; `curt keys list` shows all");
    case ErrorCode::deleted:
      return refuse("was revoked, which is for good");
    case ErrorCode::expired:
      return refuse("has expired");
    default:
      return fail(error);
  }
}

/// What every command here works with.
class KeyDesk {
 public:
  explicit KeyDesk(const Settings& settings) {
    log::configure(settings.log_format, settings.log_level, log::Stream::err);
    // A reader that is gone is an error like any other.
    std::signal(SIGPIPE, SIG_IGN);
    for (const std::string& warning : settings.warnings) log::warn(warning);
    auto opened = open_existing_database(settings, clock_, metrics_);
    if (!opened) {
      error_ = opened.error();
      return;
    }
    database_ = std::move(*opened);
    service_.emplace(database_.store->keys(), nullptr, random_, clock_);
  }

  /// What kept the database from being opened; nothing if it is open.
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] access::KeyService& keys() { return *service_; }
  [[nodiscard]] access::AskedBy by() const { return {.by = by_, .client = {}, .request_id = {}}; }
  [[nodiscard]] Timestamp now() const { return clock_.now(); }

  template <class T>
  T run(awaitable<T> task) {
    return run_to_end(context_, std::move(task));
  }

 private:
  net::io_context context_{1};
  Metrics metrics_;
  const SystemClock clock_;
  SystemRandom random_;
  const std::string by_ = "user:" + login_of(::getuid());
  OpenDatabase database_;
  std::optional<access::KeyService> service_;
  std::optional<Error> error_;
};

/// Shows a key that was made; its secret is nowhere else. `again` is what another rotation needs.
int show(const access::MadeKey& made, std::string_view what, std::string_view again) {
  const std::string_view id = made.key.id.view();
  std::string name;
  log::append_terminal_safe(name, made.key.name);
  fmt::print(
      stderr,
      "{} {} ({}): {}\nThe key is good on every instance within a second. It is shown this once and kept "
      "nowhere:\n",
      what, id, name, rights_of(made.key));
  if (print_secret(made.text)) return 0;
  const std::string why = std::generic_category().message(errno);
  complain("keys",
           fmt::format("the key cannot be shown: {}; `curt keys rotate {}{}` gives it another secret, and "
                       "`curt keys revoke {}` ends it",
                       why, id, again, id));
  return 1;
}

awaitable<result<std::vector<access::Key>>> all_keys(access::KeyService& service) {
  std::vector<access::Key> all;
  std::optional<access::KeyCursor> after;
  for (;;) {
    Call call{Deadline::in(kPatience)};
    auto page = co_await service.list(call, after, kPage);
    if (!page) co_return page.error();
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < kPage) co_return all;
    after = access::KeyCursor{page->back().created_at, page->back().id};
  }
}

}  // namespace

int create_key(const Settings& settings, const CreateKeyCommand& command) {
  KeyDesk desk{settings};
  if (desk.error()) return fail(*desk.error());
  Call call{Deadline::in(kPatience)};
  const auto made = desk.run(desk.keys().create(call, desk.by(), command.draft));
  return made ? show(*made, "made key", "") : fail(made.error());
}

int list_keys(const Settings& settings, const ListKeysCommand& command) {
  KeyDesk desk{settings};
  if (desk.error()) return fail(*desk.error());
  const auto keys = desk.run(all_keys(desk.keys()));
  if (!keys) return fail(keys.error());
  std::string text;
  if (command.json) {
    for (const access::Key& key : *keys) text += to_json_line(key) + '\n';
  } else if (keys->empty()) {
    text = "there are no keys\n";
  } else {
    text = table_of_keys(*keys, desk.now());
  }
  if (std::fputs(text.c_str(), stdout) != EOF && std::fflush(stdout) == 0) return 0;
  complain("keys", fmt::format("the keys cannot be written: {}", std::generic_category().message(errno)));
  return 1;
}

int revoke_key(const Settings& settings, const RevokeKeyCommand& command) {
  KeyDesk desk{settings};
  if (desk.error()) return fail(*desk.error());
  Call call{Deadline::in(kPatience)};
  const auto revoked = desk.run(desk.keys().revoke(call, desk.by(), command.id));
  if (!revoked) return fail(revoked.error(), command.id);
  fmt::print("revoked {}; every instance refuses it within a second\n", command.id.view());
  return 0;
}

int rotate_key(const Settings& settings, const RotateKeyCommand& command) {
  KeyDesk desk{settings};
  if (desk.error()) return fail(*desk.error());
  Call call{Deadline::in(kPatience)};
  const auto made = desk.run(desk.keys().rotate(call, desk.by(), command.id, command.grace));
  if (!made) return fail(made.error(), command.id);
  if (made->key.previous_until && command.grace.count() > 0) {
    const Timestamp end =
        std::min(*made->key.previous_until, made->key.expires_at.value_or(kLatestTimestamp));
    fmt::print(stderr, "the former secret is good until {}\n", to_rfc3339(end));
  } else {
    fmt::print(stderr, "the former secret ends on every instance within a second\n");
  }
  // A key has two secrets at most: the one that nobody has seen can only be replaced together with the
  // former.
  return show(*made, "another secret for", " --grace 0s");
}

int generate_key() {
  std::signal(SIGPIPE, SIG_IGN);
  SystemRandom random;
  const access::KeyText made = access::make_key_text(random);
  fmt::print(
      stderr,
      "Put this into a file that only curt may read, and name it with CURT_ADMIN_KEY_FILE; `curt serve` "
      "then registers it as an admin key:\n");
  if (print_secret(made.text)) return 0;
  complain("keys", fmt::format("the key cannot be shown: {}", std::generic_category().message(errno)));
  return 1;
}

}  // namespace curt::app

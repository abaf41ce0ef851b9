#include "base/line_sink.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <future>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "curt/base/logging.hpp"

#include "support/patience.hpp"

namespace curt::log {
namespace {

using namespace std::chrono_literals;

/// A pipe of which nobody reads the other end unless read_some() does.
class StalledPipe {
 public:
  StalledPipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) std::abort();
  }
  ~StalledPipe() {
    for (const int end : ends_) ::close(end);
  }
  StalledPipe(const StalledPipe&) = delete;
  StalledPipe& operator=(const StalledPipe&) = delete;

  /// Leaves room for one page.
  void fill() const {
    const int flags = ::fcntl(writer(), F_GETFL);
    ::fcntl(writer(), F_SETFL, flags | O_NONBLOCK);
    const std::string page(PIPE_BUF, '.');
    while (::write(writer(), page.data(), page.size()) > 0) {
    }
    ::fcntl(writer(), F_SETFL, flags);
    (void)read_some();
  }

  /// At most a page; nothing if the pipe is empty.
  [[nodiscard]] std::string read_some() const {
    std::string bytes(PIPE_BUF, '\0');
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    const ssize_t got = ::read(ends_[0], bytes.data(), bytes.size());
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

  [[nodiscard]] int writer() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

/// Whether the call returns although nobody reads; it is left behind if not.
template <class Call>
bool returns(Call call) {
  std::packaged_task<void()> task{std::move(call)};
  auto done = task.get_future();
  std::thread{std::move(task)}.detach();
  return done.wait_for(test::patience()) == std::future_status::ready;
}

TEST(LineSink, AnEventThatIsLongerThanAPipeTakesDoesNotWaitForTheReader) {
  EXPECT_EXIT(
      {
        const StalledPipe pipe;
        ::dup2(pipe.writer(), STDOUT_FILENO);
        configure(Format::json, Level::info, Stream::out);
        pipe.fill();
        const std::string detail(20'000, 'x');
        if (!returns([&] { error("refused", {{"detail", detail}}); })) std::_Exit(3);
        if (!returns([] { info("another thread"); })) std::_Exit(4);
        if (lost() != 1) std::_Exit(5);  // the pipe is full now
        std::string written;
        for (std::string some = pipe.read_some(); !some.empty(); some = pipe.read_some()) written += some;
        const std::string line = written.substr(written.find('{'));
        if (line.size() > PIPE_BUF || nlohmann::json::parse(line).at("message") != "refused") std::_Exit(6);
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(LineSink, ALineThatIsTooLongIsLostAndThoseAroundItAreNot) {
  const StalledPipe pipe;
  LineSink sink{pipe.writer()};
  sink.write_lines("one\n" + std::string(PIPE_BUF, 'x') + "\ntwo\n", 1s);
  EXPECT_EQ(sink.lost(), 1U);
  EXPECT_EQ(pipe.read_some(), "one\ntwo\n");
}

}  // namespace
}  // namespace curt::log

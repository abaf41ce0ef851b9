#include "app/transfer/stoppable_input.hpp"

#include <array>
#include <cerrno>
#include <istream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/transfer/reading/decoded_input.hpp"

namespace curt::app {
namespace {

/// A pipe, whose ends are closed with it.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe2"};
  }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void write(std::string_view text) const {
    if (std::cmp_not_equal(::write(ends_[1], text.data(), text.size()), text.size()))
      throw std::runtime_error{"write"};
  }
  [[nodiscard]] int reader() const { return ends_[0]; }
  int take_reader() { return std::exchange(ends_[0], -1); }
  void end() { close(std::exchange(ends_[1], -1)); }

 private:
  static void close(int end) {
    if (end >= 0) ::close(end);
  }

  std::array<int, 2> ends_{-1, -1};
};

class StoppableInputs : public testing::Test {
 protected:
  Pipe pipe_;
  Pipe wish_;
  StoppableInput source_{pipe_.take_reader()};
  std::istream in_{&source_};
  DecodedInput text_{in_};
};

TEST_F(StoppableInputs, GiveWhatIsThereUntilThePipeEnds) {
  pipe_.write("a\n");
  EXPECT_EQ(text_.available(), "a\n");
  text_.consume(2);
  pipe_.write("c");
  pipe_.end();
  EXPECT_EQ(text_.available(), "c");
  text_.consume(1);
  EXPECT_EQ(text_.available(), "");
  EXPECT_EQ(text_.failure(), "");
  EXPECT_FALSE(source_.is_stopped());
}

TEST_F(StoppableInputs, FailOnceAStopIsAskedWhateverThePipeHas) {
  source_.stop_at(wish_.reader());
  pipe_.write("a\n");
  EXPECT_EQ(text_.available(), "a\n");
  pipe_.write("c");
  wish_.write("!");
  EXPECT_EQ(text_.peek(3), "a\n");
  EXPECT_EQ(text_.failure(), std::generic_category().message(ECANCELED));
  EXPECT_TRUE(source_.is_stopped());
}

TEST(StoppableInput, SaysWhyItCannotBeRead) {
  StoppableInput folder{::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  std::istream in{&folder};
  DecodedInput text{in};
  EXPECT_EQ(text.available(), "");
  EXPECT_EQ(text.failure(), std::generic_category().message(EISDIR));
  EXPECT_FALSE(folder.is_stopped());
}

}  // namespace
}  // namespace curt::app

#pragma once

#include <array>
#include <cstddef>
#include <streambuf>

namespace curt::app {

/// What comes from a pipe, a terminal or a socket, which may be quiet for a long time. Once a stop is asked,
/// reading fails at once: with a std::filebuf it would go on after the signal. Gives what is there without
/// waiting for more. Blocks. For one thread.
class StoppableInput final : public std::streambuf {
 public:
  /// Takes the descriptor over.
  explicit StoppableInput(int descriptor) noexcept : descriptor_(descriptor) {}
  ~StoppableInput() override;
  StoppableInput(const StoppableInput&) = delete;
  StoppableInput& operator=(const StoppableInput&) = delete;

  /// From now on a stop is asked once `event` can be read from. It must outlive this.
  void stop_at(int event) noexcept { event_ = event; }

  /// Whether reading has failed because of that.
  [[nodiscard]] bool is_stopped() const noexcept { return stopped_; }

 protected:
  /// Throws std::ios_base::failure where reading fails; errno says why.
  int_type underflow() override;

 private:
  void await();

  int descriptor_;
  int event_ = -1;
  bool stopped_ = false;
  std::array<char, std::size_t{64} * 1024> buffer_{};
};

}  // namespace curt::app

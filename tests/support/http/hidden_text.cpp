#include "support/http/hidden_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "curt/base/secret_text.hpp"

namespace curt::test {
namespace {

constexpr char kMask = '\x5a';

/// What is larger is none of the program's: the shadow memory of a sanitizer.
constexpr std::uint64_t kLargest = std::uint64_t{1} << 30U;

constexpr std::size_t kAtOnce = std::size_t{1} << 20U;

/// Characters that a search leaves out: the allocator writes on the first bytes of what was freed.
constexpr std::size_t kUnseen = 16;

}  // namespace

HiddenText::HiddenText(std::size_t size) : masked_(size, '\0') {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::random_device random;
  for (char& c : masked_) c = static_cast<char>(kLetters[random() % kLetters.size()] ^ kMask);
}

HiddenText::HiddenText(std::span<char> text) : masked_(text.size(), '\0') {
  for (std::size_t i = 0; i < text.size(); ++i) masked_[i] = static_cast<char>(text[i] ^ kMask);
  wipe(text);
}

void HiddenText::reveal(char* to) const noexcept {
  for (const char c : masked_) *to++ = static_cast<char>(c ^ kMask);
}

bool HiddenText::is_at(const char* at) const noexcept {
  for (const char c : masked_) {
    if (*at++ != static_cast<char>(c ^ kMask)) return false;
  }
  return true;
}

bool HiddenText::is_between(const char* from, const char* end) const noexcept {
  const char first = static_cast<char>(masked_.front() ^ kMask);
  while (static_cast<std::size_t>(end - from) >= size()) {
    const auto* at =
        static_cast<const char*>(std::memchr(from, first, static_cast<std::size_t>(end - from) - size() + 1));
    if (at == nullptr) return false;
    if (is_at(at)) return true;
    from = at + 1;
  }
  return false;
}

bool HiddenText::is_in_memory() const {
  HiddenText part = *this;
  part.masked_ = masked_.substr(kUnseen);
  const std::size_t overlap = part.size() - 1;
  // A mapping of its own, which is passed over.
  const std::size_t size = overlap + kAtOnce;
  void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc{};
  char* const buffer = static_cast<char*>(mapped);
  const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  bool found = false;
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; !found && std::getline(maps, line);) {
    // <begin>-<end> rw…, both in hexadecimal digits
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    const char* const text = line.data();
    const char* const text_end = text + line.size();
    const auto first = std::from_chars(text, text_end, begin, 16);
    if (first.ec != std::errc{} || first.ptr == text_end) continue;
    const auto second = std::from_chars(first.ptr + 1, text_end, end, 16);
    if (second.ec != std::errc{} || text_end - second.ptr < 3) continue;
    const char writable = second.ptr[2];
    const auto own = reinterpret_cast<std::uintptr_t>(mapped);
    if (writable != 'w' || end - begin > kLargest || (begin <= own && own < end)) continue;
    std::size_t kept = 0;  // of the piece before, for what lies across
    while (!found && begin < end) {
      const std::size_t wanted = std::min<std::uint64_t>(kAtOnce, end - begin);
      const auto got = ::pread(memory, buffer + kept, wanted, static_cast<off_t>(begin));
      if (got <= 0) break;
      const std::size_t held = kept + static_cast<std::size_t>(got);
      found = part.is_between(buffer, buffer + held);
      kept = std::min(overlap, held);
      std::memmove(buffer, buffer + held - kept, kept);
      begin += static_cast<std::uint64_t>(got);
    }
  }
  ::close(memory);
  wipe({buffer, size});
  ::munmap(mapped, size);
  return found;
}

}  // namespace curt::test

#include <bit>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "curt/visits/ring/request_ring.hpp"

#include "visits/ring/request_ring_layout.hpp"

namespace curt::visits {
namespace {

Error cannot(std::string_view what, const std::filesystem::path& file, int error) {
  return {ErrorCode::unavailable,
          fmt::format("cannot {} {}: {}", what, file.string(), std::generic_category().message(error))};
}

Error damaged(const std::filesystem::path& file, std::string_view why) {
  return {ErrorCode::invalid_value, fmt::format("{} is not a ring that can be read: {}", file.string(), why)};
}

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

std::byte* map(const OpenFile& file, std::size_t bytes, int flags) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file.get(), 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
}

/// Has every page in memory and ready to be written, so that no push waits for it; in pages of 2 MiB where
/// the file system has them (a tmpfs may).
void make_ready(std::byte* memory, std::size_t bytes) {
#ifdef MADV_COLLAPSE
  (void)::madvise(memory, bytes, MADV_HUGEPAGE);
  (void)::madvise(memory, bytes, MADV_COLLAPSE);
#endif
#ifdef MADV_POPULATE_WRITE
  (void)::madvise(memory, bytes, MADV_POPULATE_WRITE);
#endif
}

}  // namespace

result<std::unique_ptr<RequestRing>> RequestRing::create(const std::filesystem::path& file,
                                                         std::size_t records) {
  if (!std::has_single_bit(records) || records < 4 || records > kMostRingRecords) {
    return invalid_field("ring_records", "must be a power of two from 4 to 16777216");
  }
  const std::size_t bytes = kRingHeaderBytes + records * kRingSlotBytes;
  const OpenFile opened{::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (opened.get() < 0) return cannot("make", file, errno);
  // Now, since a full disk later would be a SIGBUS.
  if (const int error = ::posix_fallocate(opened.get(), 0, static_cast<off_t>(bytes)); error != 0) {
    ::unlink(file.c_str());
    return cannot(fmt::format("take {} bytes for", bytes), file, error);
  }
  std::byte* memory = map(opened, bytes, MAP_POPULATE);
  if (memory == nullptr) {
    const int error = errno;
    ::unlink(file.c_str());
    return cannot("map", file, error);
  }
  make_ready(memory, bytes);
  auto* header = new (memory) Header{};
  header->version = kRingVersion;
  header->slot_bytes = kRingSlotBytes;
  header->records = records;
  std::atomic_thread_fence(std::memory_order_release);
  header->magic = kRingMagic;
  return std::unique_ptr<RequestRing>{new RequestRing{memory, bytes}};
}

result<std::unique_ptr<RequestRing>> RequestRing::recover(const std::filesystem::path& file) {
  const OpenFile opened{::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC)};
  if (opened.get() < 0) return errno == ENOENT ? damaged(file, "it is missing") : cannot("open", file, errno);
  struct stat status{};
  if (::fstat(opened.get(), &status) != 0) return cannot("look at", file, errno);
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (!S_ISREG(status.st_mode)) return damaged(file, "it is no file");
  if (bytes < kRingHeaderBytes) return damaged(file, fmt::format("it has {} bytes only", bytes));
  Header header{};
  if (::pread(opened.get(), &header, sizeof header, 0) != sizeof header) return cannot("read", file, errno);
  if (header.magic == decltype(header.magic){}) return damaged(file, "it was never finished");
  if (header.magic != kRingMagic) return damaged(file, "it does not begin as rings do");
  if (header.version != kRingVersion) {
    return damaged(file, fmt::format("it has version {}, not {}", header.version, kRingVersion));
  }
  if (header.slot_bytes != kRingSlotBytes || !std::has_single_bit(header.records) ||
      header.records > kMostRingRecords) {
    return damaged(file, fmt::format("it has {} records of {} bytes", header.records, header.slot_bytes));
  }
  if (bytes != kRingHeaderBytes + header.records * kRingSlotBytes) {
    return damaged(file, fmt::format("it has {} bytes for {} records", bytes, header.records));
  }
  std::byte* memory = map(opened, bytes, 0);
  if (memory == nullptr) return cannot("map", file, errno);
  std::unique_ptr<RequestRing> ring{new RequestRing{memory, bytes}};

  // Bring the header up to the last complete record, which knows how many visits were taken up to it. The
  // header may not know: the process can have died between the two writes.
  header.next = header.freed;
  RequestRecord record;
  while (header.next - header.freed <= ring->mask_ && ring->read(header.next, record)) ++header.next;
  const Slot& last = ring->slots_[(header.next - 1) & ring->mask_];
  if (header.next > 0 && last.sequence == header.next) {
    // More were taken than can be read only where the file was damaged.
    if (header.visits > last.visits) header.visits_lost += header.visits - last.visits;
    header.visits = last.visits;
  }
  std::memcpy(memory, &header, sizeof header);
  return ring;
}

}  // namespace curt::visits

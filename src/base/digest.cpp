#include "curt/base/digest.hpp"

#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace curt {
namespace {

/// The algorithm and its state, found once a thread: what looks it up by name takes a lock each time.
class Sha256 {
 public:
  Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    if (!algorithm_ || !context_) throw std::runtime_error{"SHA-256 is not available"};
  }

  std::array<unsigned char, 32> of(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    // The last step overwrites the block that was hashed.
    if (EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1) {
      throw std::runtime_error{"SHA-256 failed"};
    }
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const noexcept { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

std::array<unsigned char, 32> sha256(std::string_view bytes) {
  thread_local Sha256 state;
  return state.of(bytes);
}

std::string sha256_hex(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : sha256(bytes)) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace curt

#include "support/app/packed.hpp"

#include <stdexcept>

#include <boost/locale/encoding_utf.hpp>
#include <zlib.h>
#include <zstd.h>

namespace curt::test {
namespace {

std::string utf16(std::string_view text, bool big) {
  std::string bytes;
  for (const char16_t unit :
       boost::locale::conv::utf_to_utf<char16_t>(text.data(), text.data() + text.size())) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xff);
    bytes.append({big ? high : low, big ? low : high});
  }
  return bytes;
}

}  // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error{"deflateInit2"};
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error{"deflate"};
  return packed;
}

std::string zstd(std::string_view text, ZstdOptions options) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, options.checksum ? 1 : 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, options.window_log);
  std::string packed(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer out{packed.data(), packed.size(), 0};
  // A frame that knows its length needs no larger window than that; one that is flushed first does not know
  // it.
  std::size_t status = ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
  if (ZSTD_isError(status) == 0) status = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  if (status != 0) throw std::runtime_error{"ZSTD_compressStream2"};
  packed.resize(out.pos);
  return packed;
}

std::string utf16_little(std::string_view text) { return utf16(text, false); }

std::string utf16_big(std::string_view text) { return utf16(text, true); }

}  // namespace curt::test

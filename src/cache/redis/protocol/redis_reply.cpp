#include "curt/cache/redis/protocol/redis_reply.hpp"

#include <exception>
#include <new>
#include <utility>

#include <hiredis.h>

namespace curt::cache {
namespace {

using Kind = RedisReply::Kind;

RedisReply* reply_of(void* object) noexcept { return static_cast<RedisReply*>(object); }

/// The place for a value: in its list, or a new one that hiredis keeps for us. hiredis looks only at lists
/// that are not complete; these stay where they are, since a list grows only behind its last element. hiredis
/// is C: nothing may be thrown through it, and nullptr makes it give up.
RedisReply* place(const redisReadTask* task) noexcept {
  try {
    if (task->parent == nullptr) return std::make_unique<RedisReply>().release();
    return &reply_of(task->parent->obj)->list.emplace_back();
  } catch (const std::exception&) {  // no memory
    return nullptr;
  }
}

void* make_text(const redisReadTask* task, char* bytes, std::size_t size) noexcept {
  RedisReply* reply = place(task);
  if (reply == nullptr) return nullptr;
  switch (task->type) {
    case REDIS_REPLY_ERROR:
      reply->kind = Kind::error;
      break;
    case REDIS_REPLY_STATUS:
      reply->kind = Kind::status;
      break;
    default:
      reply->kind = Kind::text;
  }
  try {
    reply->text.assign(bytes, size);
  } catch (const std::exception&) {  // no memory
    if (task->parent == nullptr) delete reply;
    return nullptr;
  }
  return reply;
}

void* make_list(const redisReadTask* task, std::size_t elements) noexcept {
  std::size_t depth = 1;
  for (const redisReadTask* outer = task->parent; outer != nullptr; outer = outer->parent) ++depth;
  if (depth > RedisReplyReader::kMaxDepth || elements > RedisReplyReader::kMaxElements) return nullptr;
  if (task->type != REDIS_REPLY_ARRAY) return nullptr;  // maps and the like of RESP3, which nobody asked for
  RedisReply* reply = place(task);
  if (reply != nullptr) reply->kind = Kind::list;
  return reply;
}

void* make_integer(const redisReadTask* task, long long value) noexcept {
  RedisReply* reply = place(task);
  if (reply == nullptr) return nullptr;
  reply->kind = Kind::integer;
  reply->integer = value;
  return reply;
}

void* make_nothing(const redisReadTask* task) noexcept { return place(task); }

void free_reply(void* object) noexcept { delete reply_of(object); }

/// hiredis counts the elements in an int until 1.0, and then in a size_t.
template <class Count>
void set_make_list(void* (*&function)(const redisReadTask*, Count)) {
  function = [](const redisReadTask* task, Count elements) -> void* {
    return make_list(task, static_cast<std::size_t>(elements));
  };
}

/// RESP3's other kinds, which hiredis knows since 1.0: left out, they would become pointers to nowhere.
template <class Functions>
void refuse_resp3(Functions& functions) {
  if constexpr (requires { functions.createDouble; }) {
    functions.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* {
      return nullptr;
    };
    functions.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
  }
}

redisReplyObjectFunctions make_functions() {
  redisReplyObjectFunctions functions{};
  functions.createString = make_text;
  set_make_list(functions.createArray);
  functions.createInteger = make_integer;
  functions.createNil = make_nothing;
  functions.freeObject = free_reply;
  refuse_resp3(functions);
  return functions;
}

redisReader* make_reader() {
  static redisReplyObjectFunctions functions = make_functions();
  redisReader* reader = redisReaderCreateWithFunctions(&functions);
  if (reader == nullptr) throw std::bad_alloc{};
  return reader;
}

}  // namespace

void RedisReplyReader::Free::operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }

RedisReplyReader::RedisReplyReader(std::size_t max_bytes) : reader_(make_reader()), max_bytes_(max_bytes) {}
RedisReplyReader::~RedisReplyReader() = default;
RedisReplyReader::RedisReplyReader(RedisReplyReader&&) noexcept = default;
RedisReplyReader& RedisReplyReader::operator=(RedisReplyReader&&) noexcept = default;

void RedisReplyReader::feed(std::string_view bytes) {
  if (failed_ || bytes.empty()) return;
  fed_ += bytes.size();
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) failed_ = true;
}

std::optional<RedisReply> RedisReplyReader::next() {
  if (failed_) return std::nullopt;
  void* object = nullptr;
  if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
    failed_ = true;
    return std::nullopt;
  }
  const std::unique_ptr<RedisReply> reply{reply_of(object)};
  const std::size_t end = reply ? fed_ - (reader_->len - reader_->pos) : fed_;
  if (end - begin_ > max_bytes_) {
    failed_ = true;
    return std::nullopt;
  }
  if (!reply) return std::nullopt;
  begin_ = end;
  return std::move(*reply);
}

}  // namespace curt::cache

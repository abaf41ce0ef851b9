#pragma once

#include "curt/http/request.hpp"
#include "curt/http/response.hpp"

#include "http/input_buffer.hpp"

namespace curt::http {

/// Overwrites what shows who asks, in the buffer where it lies. Has the response close the connection where
/// it cannot be found there for certain.
void forget_credentials(Request& request, InputBuffer& input, Response& response) noexcept;

}  // namespace curt::http

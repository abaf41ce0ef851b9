#include "links/audit.hpp"

#include "curt/base/logging.hpp"

namespace curt::links {

void audit(std::string_view action, const ShortCode& code, Versions versions, const Author& author) {
  log::info("audit", {{"action", action},
                      {"outcome", "done"},
                      {"code", code.view()},
                      {"from_version", versions.from},
                      {"to_version", versions.to},
                      {"by", author.by},
                      {"client", author.client},
                      {"request_id", author.request_id}});
}

void audit_unknown(std::string_view action, const ShortCode& code, const Author& author) {
  log::info("audit", {{"action", action},
                      {"outcome", "unknown"},
                      {"code", code.view()},
                      {"by", author.by},
                      {"client", author.client},
                      {"request_id", author.request_id}});
}

}  // namespace curt::links

#include <unistd.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/security.hpp"
#include "audit/audit.hpp"

namespace pay::app {
namespace {

constexpr int not_balanced = 1;

/// One line that is written over, on a terminal only.
void show_progress(std::string_view what, std::int64_t done) {
    std::fprintf(
        stderr, "\r\x1b[Kaudit: %.*s %lld", static_cast<int>(what.size()), what.data(),
        static_cast<long long>(done)
    );
}

}  // namespace

int run_audit(const AuditCommand& options) {
    audit::AuditOptions asked;
    asked.database_url = options.database_url;
    asked.stuck_after = read_duration(options.stuck_after);
    if (!options.bootpay_url.empty()) {
        asked.bootpay = options.bootpay;
        complete_credentials(*asked.bootpay, options.bootpay_url);
        asked.bootpay->base_url = options.bootpay_url;
    }
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const auto report =
        audit::audit(asked, terminal ? audit::Progress{show_progress} : audit::Progress{});
    if (terminal) std::fputs("\r\x1b[K", stderr);
    std::printf("%s\n", (options.json ? audit::to_json(report) : audit::to_text(report)).c_str());
    return report.balanced ? 0 : not_balanced;
}

}  // namespace pay::app

#include <unistd.h>

#include <cstdio>

#include "app/audit_text.hpp"
#include "app/commands.hpp"
#include "app/security.hpp"
#include "audit/audit.hpp"
#include "core/terminal/progress.hpp"

namespace pay::app {
namespace {

constexpr int not_balanced = 1;

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
    terminal::Progress progress(options.quiet);
    const auto report = audit::audit(asked, audit::Progress{[&](auto what, auto done, auto total) {
                                         progress.tell(
                                             "audit: " + std::string(what),
                                             {.done = static_cast<std::uint64_t>(done),
                                              .total = static_cast<std::uint64_t>(total)}
                                         );
                                     }});
    progress.end();
    const auto text = options.json ? audit::to_json(report) + '\n'
                                   : audit_text(report, terminal::screen_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
    return report.balanced ? 0 : not_balanced;
}

}  // namespace pay::app

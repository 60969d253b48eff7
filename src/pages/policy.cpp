#include "pages/policy.hpp"

namespace pay::pages {
namespace {

/// Api, gateway, window, receipts and analytics each have a host of their own there.
constexpr std::string_view bootpay = "https://*.bootpay.co.kr";

constexpr std::string_view ours =
    "default-src 'none'; script-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'";

std::string directive(std::string_view name, std::string_view sources) {
    std::string text("; ");
    text += name;
    text += ' ';
    text += sources;
    return text;
}

std::string beside_ours(std::string_view source, std::string_view own = "'self'") {
    return std::string(own) + ' ' + std::string(source);
}

std::string framers(const Surroundings& surroundings) {
    std::string sources;
    for (const auto& origin : surroundings.embedders) sources += ' ' + origin;
    return sources.empty() ? "'none'" : "'self'" + sources;
}

}  // namespace

std::string shop_policy(const Surroundings& surroundings) {
    std::string policy(ours);
    if (surroundings.sandbox_origin.empty()) {
        // Its script is in our bundle; it adds a <style> of its own, and posts a form into its
        // window.
        policy += directive("style-src", "'self' 'unsafe-inline'");
        policy += directive("img-src", beside_ours(bootpay, "'self' data:"));
        policy += directive("connect-src", beside_ours(bootpay));
        policy += directive("frame-src", bootpay);
        policy += directive("form-action", bootpay);
    } else {
        policy += directive("style-src", "'self'");
        policy += directive("img-src", "'self' data:");
        policy += directive("connect-src", "'self'");
        policy += directive("frame-src", surroundings.sandbox_origin);
        policy += directive("form-action", "'none'");
    }
    return policy + directive("frame-ancestors", framers(surroundings));
}

std::string closed_policy() {
    return std::string(ours) + directive("style-src", "'self'") +
           directive("img-src", "'self' data:") + directive("connect-src", "'self'") +
           directive("form-action", "'none'") + directive("frame-ancestors", "'none'");
}

}  // namespace pay::pages

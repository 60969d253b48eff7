#pragma once

#include <functional>
#include <string>
#include <vector>

#include "audit/shop.hpp"

/// For the tests of the audit: books are damaged in one way, and the audit says which.
namespace pay::audit {

struct Damage {
    std::string what;
    std::function<void(Shop&)> cause;
    std::string rule;
    std::string named;  ///< part of the problem's text
};

using Damages = std::vector<Damage>;

inline std::function<void(Shop&)> in_order(const std::string& statement) {
    return [statement](Shop& shop) { shop.order().run_script(statement); };
}
inline std::function<void(Shop&)> in_point(const std::string& statement) {
    return [statement](Shop& shop) { shop.point().run_script(statement); };
}
inline std::function<void(Shop&)> in_order_item(const std::string& statement) {
    return [statement](Shop& shop) { shop.order_item().run_script(statement); };
}

inline void check(const Damages& damages, void (*fill_shop)(Shop&) = fill) {
    for (const auto& damage : damages) {
        CAPTURE(damage.what);
        Shop shop;
        fill_shop(shop);
        damage.cause(shop);
        const auto report = audit::audit(shop.options());
        CHECK_FALSE(report.balanced);
        bool found = false;
        std::string all;
        for (const auto& problem : report.problems) {
            all += problem.rule + ": " + problem.text + '\n';
            if (problem.rule != damage.rule) continue;
            found = found || problem.text.find(damage.named) != std::string::npos;
        }
        CHECK_MESSAGE(found, all);
    }
}

}  // namespace pay::audit

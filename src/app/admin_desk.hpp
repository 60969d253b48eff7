#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/options.hpp"
#include "core/http/message.hpp"

namespace pay::app {

/// The services behind one URL, asked as an admin, one after another. One thread.
class AdminDesk {
 public:
    static constexpr std::array<std::string_view, 4> services{
        "order", "point", "order-item", "item"
    };

    /// `token`: of an admin; empty: one is signed by `signing`, again whenever it grows old.
    AdminDesk(const std::string& url, const std::string& token, const TokenSecret& signing);
    ~AdminDesk();

    /// The body of what /v1/admin/SERVICE + `below` answers; nothing if it has no such thing, or is
    /// not behind the URL. Any other answer is a complaint. Throws BadUse if nobody answers, or
    /// the token is none of an admin.
    std::optional<std::string> ask(
        http::Method method, std::string_view service, const std::string& below,
        std::string body = {}
    );
    /// The same of whichever service has it.
    std::optional<std::string> ask_all(
        http::Method method, const std::string& below, const std::string& body = {}
    );
    /// Complaints go here instead of to stderr, a line each.
    void complain_to(std::function<void(const std::string&)> listener);
    /// Whether some service answered with neither a success nor a 404.
    bool complained() const;

 private:
    struct State;
    std::unique_ptr<State> x_state;
};

}  // namespace pay::app

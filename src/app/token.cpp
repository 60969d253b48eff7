#include <cstdio>

#include "app/application.hpp"
#include "app/commands.hpp"
#include "app/security.hpp"
#include "core/http/token.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/terminal/progress.hpp"

namespace pay::app {

struct TokenView {
    std::string token;
    Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (token, expires_at))
static_assert(json::whole<TokenView>);

struct MigratedView {
    std::vector<std::string> migrated;
};
BOOST_DESCRIBE_STRUCT(MigratedView, (), (migrated))
static_assert(json::whole<MigratedView>);

int print_token(const TokenCommand& options) {
    if (options.user.empty()) {
        throw BadUse("token needs --user: whose it is, such as payments token --user kim");
    }
    if (!http::is_user_id(options.user)) {
        throw BadUse(
            "--user takes 1 to 64 of A-Z a-z 0-9 . _ @ - that begin with a letter or a digit"
        );
    }
    const Time now = SystemClock{}.now();
    http::TokenClaims claims;
    claims.user_id = options.user;
    claims.role = options.role == "admin" ? http::Role::admin : http::Role::user;
    claims.expires = now + read_duration(options.expires_in);
    claims.issuer = options.token.issuer;
    claims.audience = options.token.audience;
    const auto token = http::sign_token(claims, signing_secret(options.token), now);
    const auto text = options.json ? json::to_text(TokenView{token, claims.expires}) : token;
    std::printf("%s\n", text.c_str());
    return 0;
}

int migrate(const MigrateCommand& options) {
    terminal::Progress progress(options.quiet);
    const auto migrated = migrate_all(
        options.database_url,
        [&progress](std::string_view service, std::size_t done, std::size_t total) {
            progress.tell("migrate", {.done = done, .total = total, .note = std::string(service)});
        }
    );
    progress.end();
    const auto text = options.json ? json::to_text(MigratedView{migrated})
                                   : "the databases have this version's schema";
    std::printf("%s\n", text.c_str());
    return 0;
}

}  // namespace pay::app

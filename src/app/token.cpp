#include <cstdio>

#include "app/application.hpp"
#include "app/commands.hpp"
#include "app/security.hpp"
#include "core/http/token.hpp"

namespace pay::app {

int print_token(const TokenCommand& options) {
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
    std::printf("%s\n", token.c_str());
    return 0;
}

int migrate(const MigrateCommand& options) {
    migrate_all(options.database_url);
    std::printf("the databases have this version's schema\n");
    return 0;
}

}  // namespace pay::app

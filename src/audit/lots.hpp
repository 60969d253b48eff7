#pragma once

#include "audit/books.hpp"
#include "audit/suspicion.hpp"

/// The lots of points and what is held out of them, against the wallets.
namespace pay::audit {

/// Users, by id: what their lots have left is what their wallets say, and no lot has more than it
/// was granted.
void examine_lots(sql::Connection& point, const Selection& users, const OnSuspicion& suspicious);

/// Holds, by id: each is the sum of what it took out of lots.
void examine_holds(sql::Connection& point, const Selection& holds, const OnSuspicion& suspicious);

/// What is held for a user is the sum of the open holds. Looks at all of them.
void examine_held(sql::Connection& point, const OnSuspicion& suspicious);

}  // namespace pay::audit

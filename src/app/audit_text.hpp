#pragma once

#include <string>

#include "audit/audit.hpp"
#include "core/terminal/terminal.hpp"

namespace pay::app {

/// The proof of the books for people: what is in them, then a table of what is wrong.
std::string audit_text(const audit::Report& report, const terminal::Screen& screen);

}  // namespace pay::app

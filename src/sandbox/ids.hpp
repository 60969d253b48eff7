#pragma once

#include <string>

#include "core/time/clock.hpp"

namespace pay::sandbox {

/// An id in Bootpay's form: 24 hex digits that begin with the time in seconds.
std::string make_id(Time now);

}  // namespace pay::sandbox

#pragma once

#include <boost/describe.hpp>
#include <cstring>
#include <string>
#include <string_view>

#include "core/result/error.hpp"

namespace pay::json {

/// The name of a described enumerator, as it stands on the wire and in the database.
template <class E>
std::string_view name_of(E value) {
    const char* name = boost::describe::enum_to_string(value, nullptr);
    PAY_ASSERT(name != nullptr);
    return name;
}

/// The enumerator of a name this program has written itself (a database column).
template <class E>
E named(std::string_view name) {
    E value{};
    const bool known = boost::describe::enum_from_string(std::string(name).c_str(), value);
    PAY_ASSERT(known);
    return value;
}

}  // namespace pay::json

#pragma once

#include <boost/describe.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/json/escape.hpp"
#include "core/money/money.hpp"
#include "core/result/error.hpp"
#include "core/time/clock.hpp"

/// Described structs into JSON text, appended field by field in the order of their description. An
/// empty optional is null, a Time is RFC 3339, an enumerator is its name.
namespace pay::json {

inline void append(std::string& out, std::int64_t value) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, end);
}

template <class T>
void write(std::string& out, const T& value);

template <class Unit>
void write(std::string& out, const Count<Unit>& value) {
    append(out, value.value());
}

template <class T>
void write(std::string& out, const std::optional<T>& value) {
    if (value) {
        write(out, *value);
    } else {
        out += "null";
    }
}

template <class T>
void write(std::string& out, const std::vector<T>& values) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) out += ',';
        write(out, values[i]);
    }
    out += ']';
}

/// An object of texts, whose names are not known before.
inline void write(std::string& out, const std::map<std::string, std::string>& texts) {
    bool first = true;
    out += '{';
    for (const auto& [name, text] : texts) {
        if (!first) out += ',';
        first = false;
        append_string(out, name);
        out += ':';
        append_string(out, text);
    }
    out += '}';
}

template <class T>
void write(std::string& out, const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (boost::describe::has_describe_enumerators<T>::value) {
        const char* name = boost::describe::enum_to_string(value, nullptr);
        PAY_ASSERT(name != nullptr);
        append_string(out, name);
    } else if constexpr (std::is_integral_v<T>) {
        append(out, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        append_string(out, value);
    } else if constexpr (std::is_same_v<T, Time>) {
        append_string(out, to_rfc3339(value));
    } else {
        bool first = true;
        out += '{';
        boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
            [&](auto member) {
                if (!first) out += ',';
                first = false;
                out += '"';
                out += member.name;
                out += "\":";
                write(out, value.*member.pointer);
            }
        );
        out += '}';
    }
}

template <class T>
std::string to_text(const T& value) {
    std::string out;
    write(out, value);
    return out;
}

}  // namespace pay::json

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/escape.hpp"
#include "core/money/money.hpp"
#include "core/time/clock.hpp"

namespace pay::sandbox {

/// Bootpay's form of a time: of Seoul, in whole seconds.
inline std::string seoul_time(Time time) {
    return to_rfc3339(time + std::chrono::hours{9}).substr(0, 19) + "+09:00";
}

/// Appends an object field by field; names are literals and need no escaping.
class Object {
 public:
    explicit Object(std::string& out) : x_out(out) { x_out += '{'; }
    ~Object() { x_out += '}'; }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    Object& text(std::string_view field, std::string_view value) {
        json::append_string(name(field), value);
        return *this;
    }
    Object& number(std::string_view field, std::int64_t value) {
        return raw(field, std::to_string(value));
    }
    Object& won(std::string_view field, Won value) { return number(field, value.value()); }
    Object& time(std::string_view field, const std::optional<Time>& value) {
        return value ? text(field, seoul_time(*value)) : *this;
    }
    Object& raw(std::string_view field, std::string_view value) {
        name(field) += value;
        return *this;
    }
    /// The place where the field's value is to be appended.
    std::string& name(std::string_view field) {
        if (x_out.back() != '{') x_out += ',';
        x_out += '"';
        x_out += field;
        return x_out += "\":";
    }

 private:
    std::string& x_out;
};

}  // namespace pay::sandbox

#pragma once

#include <boost/json/fwd.hpp>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/wire.hpp"

/// What is read field by field: patiently from Bootpay's SDKs, strictly by the controls.
namespace pay::sandbox {

namespace bj = boost::json;

/// The fields of a body, JSON or form; nothing if it is neither. What begins with a brace is JSON,
/// whatever its content type says: `curl -d` calls everything a form.
std::optional<bj::object> parse_body(const http::Request& request);
/// null, "" and absence are all nothing.
const bj::value* find(const bj::object& fields, std::string_view name);
std::string text_of(const bj::object& fields, std::string_view name);
/// A whole number of any spelling: 1000, 1000.0 (Java) or "1000" (a form).
std::optional<std::int64_t> whole_number(const bj::value& value);
/// An amount that may be left out; false if it is there and none.
bool read_won(const bj::object& fields, std::string_view name, std::optional<Won>& won);
std::optional<bool> truth(const bj::value& value);

std::unexpected<Complaint> invalid(std::string message);
/// The fields of a control's body, if there are no others than those named.
std::expected<bj::object, Complaint> control_fields(
    const http::Request& request, std::initializer_list<std::string_view> known
);
bool is_text_up_to(const bj::object& fields, std::string_view name, std::size_t longest);

}  // namespace pay::sandbox

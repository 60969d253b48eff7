#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/read.hpp"
#include "core/time/clock.hpp"

/// The fields of Bootpay's objects, one by one. Null, absence and a wrong type are alike.
namespace pay::bootpay {

/// The object a text is; nothing if it is none.
const boost::json::object* object_of(const json::Document& document);
const boost::json::object* object_of(const boost::json::object& fields, std::string_view name);

std::string text_of(const boost::json::object& fields, std::string_view name);
/// A whole number. Some of Bootpay's own clients write 1000.0, so that is one too; 1000.5 is not.
std::optional<std::int64_t> number_of(const boost::json::object& fields, std::string_view name);
std::optional<Time> time_of(const boost::json::object& fields, std::string_view name);
/// How it was really paid (card inside a wallet: card); empty if it is not said.
std::string method_of(const boost::json::object& fields);

/// Appends a field to an object under way, which begins with its brace.
void member(std::string& out, std::string_view name, std::string_view text);
void member(std::string& out, std::string_view name, std::int64_t number);
/// One whose value is JSON already.
void raw_member(std::string& out, std::string_view name, std::string_view value);

}  // namespace pay::bootpay

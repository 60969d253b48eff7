#pragma once

#include <boost/describe.hpp>
#include <boost/json/fwd.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/money/money.hpp"
#include "core/result/result.hpp"

/// JSON text into described structs (BOOST_DESCRIBE_STRUCT). An absent or null optional is nothing;
/// integers refuse fractions and overflow; each fault is named by its path.
namespace pay::json {

/// Unknown fields are refused on our own API, ignored from the gateway and in messages.
enum class Unknown { refuse, ignore };

/// static_assert(json::whole<T>) after each DESCRIBE line: no field was forgotten in it.
template <class T>
inline constexpr bool whole =
    boost::mp11::mp_size<
        boost::describe::describe_members<T, boost::describe::mod_public>>::value ==
    boost::pfr::tuple_size_v<T>;

/// A parsed text to read values out of; hides Boost.JSON from the headers of others.
class Document {
 public:
    explicit Document(std::string_view text);
    ~Document();
    bool valid() const { return x_valid; }
    const boost::json::value& root() const;

 private:
    struct State;
    alignas(16) unsigned char x_storage[3072];
    State* x_state;
    bool x_valid = false;
};

/// What went wrong on the way, with the path of the place.
class Faults {
 public:
    enum class Kind { wrong_type, unknown_field, missing };
    void add(Kind kind, Text text);
    bool any() const { return !x_fields.empty(); }
    /// BAD_REQUEST for a wrong type or an unknown field, INVALID where only fields are missing.
    Error error() &&;

    class Step {  ///< one part of the path, for as long as it lives
     public:
        Step(Faults& faults, std::string_view field);
        Step(Faults& faults, std::size_t index);
        ~Step() { x_faults.x_path.resize(x_length); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

     private:
        Faults& x_faults;
        std::size_t x_length;
    };

 private:
    std::string x_path;
    bool x_malformed = false;
    std::vector<FieldFault> x_fields;
};

namespace detail {

using Json = boost::json::value;

bool is_object(const Json& value);
bool is_null(const Json& value);
const Json* find_member(const Json& object, std::string_view name);
void refuse_others(
    const Json& object, const std::string_view* names, std::size_t count, Faults& faults
);
std::optional<std::size_t> array_size(const Json& value);
const Json& element(const Json& array, std::size_t index);

void read(const Json& value, std::string& out, Faults& faults);
void read(const Json& value, std::int64_t& out, Faults& faults);
void read(const Json& value, bool& out, Faults& faults);
std::optional<std::string> string_of(const Json& value);
void fault_unknown_name(Faults& faults);
void fault_not_array(Faults& faults);
void fault_not_object(Faults& faults);
void fault_missing(Faults& faults);

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;
template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_count = false;
template <class Unit>
inline constexpr bool is_count<Count<Unit>> = true;

template <Described T>
void read_members(const Json& value, T& out, Faults& faults, Unknown unknown);

template <class T>
void read_any(const Json& value, T& out, Faults& faults, Unknown unknown) {
    if constexpr (IsOptional<T>::value) {
        if (!is_null(value)) read_any(value, out.emplace(), faults, unknown);
    } else if constexpr (is_count<T>) {
        std::int64_t number = 0;
        read(value, number, faults);
        out = T{number};
    } else if constexpr (is_vector<T>) {
        const auto size = array_size(value);
        if (!size) return fault_not_array(faults);
        for (std::size_t i = 0; i < *size; ++i) {
            const Faults::Step step(faults, i);
            read_any(element(value, i), out.emplace_back(), faults, unknown);
        }
    } else if constexpr (Described<T>) {
        read_members(value, out, faults, unknown);
    } else if constexpr (DescribedEnum<T>) {
        const auto name = string_of(value);
        if (!name || !boost::describe::enum_from_string(name->c_str(), out)) {
            fault_unknown_name(faults);
        }
    } else {
        read(value, out, faults);
    }
}

template <Described T>
void read_members(const Json& value, T& out, Faults& faults, Unknown unknown) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    if (!is_object(value)) return fault_not_object(faults);
    boost::mp11::mp_for_each<Members>([&](auto member) {
        const Faults::Step step(faults, std::string_view{member.name});
        auto& field = out.*member.pointer;
        const Json* found = find_member(value, member.name);
        if (found != nullptr) {
            read_any(*found, field, faults, unknown);
        } else if constexpr (!IsOptional<std::remove_cvref_t<decltype(field)>>::value) {
            fault_missing(faults);
        }
    });
    if (unknown == Unknown::refuse) {
        constexpr std::size_t count = boost::mp11::mp_size<Members>::value;
        std::string_view names[count == 0 ? 1 : count];
        std::size_t i = 0;
        boost::mp11::mp_for_each<Members>([&](auto member) { names[i++] = member.name; });
        refuse_others(value, names, count, faults);
    }
}

Error not_json();

}  // namespace detail

template <class T>
Result<T> read(std::string_view text, Unknown unknown) {
    const Document document(text);
    if (!document.valid()) return detail::not_json();
    T value{};
    Faults faults;
    detail::read_any(document.root(), value, faults, unknown);
    if (faults.any()) return std::move(faults).error();
    return value;
}

}  // namespace pay::json

#include "core/json/read.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <new>

namespace pay::json {

// Small texts are parsed inside the Document itself, without an allocation.
struct Document::State {
    boost::json::monotonic_resource memory;
    boost::json::value root;
    State(unsigned char* buffer, std::size_t size, std::string_view text, bool& valid)
        : memory(buffer, size) {
        boost::json::error_code failure;
        boost::json::parse_options options;
        options.max_depth = 16;
        root = boost::json::parse(text, failure, &memory, options);
        valid = !failure;
    }
};

Document::Document(std::string_view text) {
    constexpr std::size_t offset = (sizeof(State) + 15) & ~std::size_t{15};
    static_assert(offset < sizeof(x_storage));
    x_state = new (x_storage) State(x_storage + offset, sizeof(x_storage) - offset, text, x_valid);
}

Document::~Document() {
    x_state->~State();
}

const boost::json::value& Document::root() const {
    return x_state->root;
}

void Faults::add(Kind kind, Text text) {
    if (kind != Kind::missing) x_malformed = true;
    if (x_fields.size() < 20) x_fields.push_back({x_path, text});
}

Error Faults::error() && {
    return {
        x_malformed ? Code::bad_request : Code::invalid,
        {"The fields named in errors are not as they should be.",
         "errors에 있는 필드가 올바르지 않습니다."},
        std::move(x_fields),
        {}
    };
}

Faults::Step::Step(Faults& faults, std::string_view field)
    : x_faults(faults), x_length(faults.x_path.size()) {
    if (x_length != 0) faults.x_path += '.';
    faults.x_path += field;
}

Faults::Step::Step(Faults& faults, std::size_t index)
    : x_faults(faults), x_length(faults.x_path.size()) {
    faults.x_path += '[';
    faults.x_path += std::to_string(index);
    faults.x_path += ']';
}

namespace detail {
namespace {
constexpr auto wrong_type = Faults::Kind::wrong_type;
}

bool is_object(const Json& value) {
    return value.is_object();
}
bool is_null(const Json& value) {
    return value.is_null();
}

const Json* find_member(const Json& object, std::string_view name) {
    return object.get_object().if_contains({name.data(), name.size()});
}

void refuse_others(
    const Json& object, const std::string_view* names, std::size_t count, Faults& faults
) {
    for (const auto& member : object.get_object()) {
        const std::string_view name{member.key().data(), member.key().size()};
        if (std::find(names, names + count, name) != names + count) continue;
        // The name comes from outside: shown, but cut.
        const Faults::Step step(faults, name.substr(0, 64));
        faults.add(
            Faults::Kind::unknown_field, {"There is no such field.", "알 수 없는 필드입니다."}
        );
    }
}

std::optional<std::size_t> array_size(const Json& value) {
    if (!value.is_array()) return std::nullopt;
    return value.get_array().size();
}

const Json& element(const Json& array, std::size_t index) {
    return array.get_array()[index];
}

void read(const Json& value, std::string& out, Faults& faults) {
    if (const auto* text = value.if_string()) {
        out.assign(text->data(), text->size());
    } else {
        faults.add(wrong_type, {"It must be a string.", "문자열이어야 합니다."});
    }
}

void read(const Json& value, std::int64_t& out, Faults& faults) {
    if (const auto* number = value.if_int64()) {
        out = *number;
    } else {
        faults.add(
            wrong_type, {"It must be a whole number in range.", "범위 안의 정수여야 합니다."}
        );
    }
}

void read(const Json& value, bool& out, Faults& faults) {
    if (const auto* truth = value.if_bool()) {
        out = *truth;
    } else {
        faults.add(wrong_type, {"It must be true or false.", "true 또는 false여야 합니다."});
    }
}

std::optional<std::string> string_of(const Json& value) {
    const auto* text = value.if_string();
    if (text == nullptr) return std::nullopt;
    return std::string(text->data(), text->size());
}

void fault_unknown_name(Faults& faults) {
    faults.add(wrong_type, {"It is none of the known names.", "알 수 없는 값입니다."});
}

void fault_not_array(Faults& faults) {
    faults.add(wrong_type, {"It must be an array.", "배열이어야 합니다."});
}

void fault_not_object(Faults& faults) {
    faults.add(wrong_type, {"It must be an object.", "객체여야 합니다."});
}

void fault_missing(Faults& faults) {
    faults.add(Faults::Kind::missing, {"It is required.", "필수 항목입니다."});
}

Error not_json() {
    return {Code::bad_request, {"The body is not JSON.", "본문이 JSON이 아닙니다."}, {}, {}};
}

}  // namespace detail
}  // namespace pay::json

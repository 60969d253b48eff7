#include "core/http/query.hpp"

#include <algorithm>
#include <charconv>

#include "core/http/token.hpp"
#include "core/ident/ident.hpp"

namespace pay::http {
namespace {

constexpr std::int64_t largest_page = 100;

}  // namespace

std::optional<std::string_view> Query::text(std::string_view name) {
    x_names.push_back(name);
    std::optional<std::string_view> value;
    for (const auto& [field, text] : x_fields) {
        if (field != name) continue;
        if (value) {
            refuse(name, {"It may be given once only.", "한 번만 지정할 수 있습니다."});
            break;
        }
        value = text;
    }
    return value;
}

std::optional<std::string_view> Query::user_id(std::string_view name) {
    const auto value = text(name);
    if (value && !is_user_id(*value)) {
        refuse(name, {"It is not the id of a user.", "사용자 ID가 아닙니다."});
    }
    return value;
}

std::optional<std::string_view> Query::id(std::string_view name, std::string_view prefix) {
    const auto value = text(name);
    if (value && !is_id(prefix, *value)) {
        refuse(name, {"It is not an id of this kind.", "해당 종류의 ID가 아닙니다."});
    }
    return value;
}

std::int64_t Query::limit() {
    std::int64_t limit = Page{}.limit;
    if (const auto given = text("limit")) {
        const char* const end = given->data() + given->size();
        const auto [rest, error] = std::from_chars(given->data(), end, limit);
        if (error != std::errc{} || rest != end || limit < 1 || limit > largest_page) {
            refuse(
                "limit", {"It must be a whole number from 1 to 100.", "1~100의 정수여야 합니다."}
            );
        }
    }
    return limit;
}

Page Query::page(std::string_view prefix) {
    Page page;
    page.limit = limit();
    if (const auto cursor = text("cursor")) {
        if (is_id(prefix, *cursor)) {
            page.before = *cursor;
        } else {
            refuse_cursor();
        }
    }
    return page;
}

void Query::refuse_cursor() {
    refuse(
        "cursor", {"It must be a next_cursor of this list.", "이 목록의 next_cursor여야 합니다."}
    );
}

void Query::refuse(std::string_view name, Text text) {
    x_faults.push_back({std::string(name), text});
}

std::optional<Error> Query::fault() {
    for (const auto& [field, text] : x_fields) {
        if (std::ranges::find(x_names, field) != x_names.end()) continue;
        x_names.push_back(field);
        if (x_faults.size() < 20)
            refuse(field, {"It is not known here.", "알 수 없는 항목입니다."});
    }
    if (x_faults.empty()) return std::nullopt;
    return Error{
        Code::bad_request,
        {"The query fields named in errors are not as they should be.",
         "errors에 있는 쿼리 항목이 올바르지 않습니다."},
        x_faults,
        {}
    };
}

}  // namespace pay::http

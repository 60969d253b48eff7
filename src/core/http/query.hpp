#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "core/json/write.hpp"

namespace pay::http {

/// One page of a list: up to `limit` things whose ids are below `before`, newest first.
struct Page {
    std::int64_t limit = 20;
    std::string before = "zzzz";  ///< of a request without a cursor: above every id
};

/// Reads the query of a request: ask for each name it may have, then for the fault. The request
/// must live as long as this and the texts it gave.
class Query {
 public:
    explicit Query(const Request& request) : x_fields(request.query) {}

    /// The value of a name, nothing if it is not there.
    std::optional<std::string_view> text(std::string_view name);
    /// The same for a user's id, or for an id of ours with this prefix.
    std::optional<std::string_view> user_id(std::string_view name);
    std::optional<std::string_view> id(std::string_view name, std::string_view prefix);
    /// The same for the name of an enumerator.
    template <class E>
    std::optional<E> one_of(std::string_view name) {
        const auto value = text(name);
        if (!value) return std::nullopt;
        E enumerator{};
        if (boost::describe::enum_from_string(std::string(*value).c_str(), enumerator)) {
            return enumerator;
        }
        refuse(name, {"It is none of the names this can be.", "사용할 수 없는 값입니다."});
        return std::nullopt;
    }
    /// `limit` and `cursor`; the ids listed begin with `prefix`.
    Page page(std::string_view prefix);

    /// `limit` alone, for lists whose `cursor` is another.
    std::int64_t limit();
    void refuse_cursor();

    void refuse(std::string_view name, Text text);
    /// BAD_REQUEST naming each name that is wrong, there twice or was not asked for; last.
    std::optional<Error> fault();

 private:
    const Fields& x_fields;
    std::vector<std::string_view> x_names;
    std::vector<FieldFault> x_faults;
};

/// The answer of a list. `rows` are up to limit + 1: the one too many tells that there is more.
/// Each has its `id`.
template <class View>
Response list_response(const Page& page, std::vector<View> rows) {
    std::optional<std::string> next;
    if (rows.size() > static_cast<std::size_t>(page.limit)) {
        rows.resize(static_cast<std::size_t>(page.limit));
        next = rows.back().id;
    }
    std::string body = "{\"data\":";
    json::write(body, rows);
    body += ",\"next_cursor\":";
    json::write(body, next);
    body += '}';
    return json_response(200, std::move(body));
}

}  // namespace pay::http

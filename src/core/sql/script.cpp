#include "core/sql/script.hpp"

#include <algorithm>

namespace pay::sql {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// How long the comment at the start of `text` is; 0 if there is none.
std::size_t comment_length(std::string_view text) {
    std::string_view end;
    if (text.starts_with("--")) end = "\n";
    if (text.starts_with("/*")) end = "*/";
    if (end.empty()) return 0;
    const auto found = text.find(end, 2);
    return found == std::string_view::npos ? text.size() : found + end.size();
}

/// The same for a text or a name in quotes; a doubled quote begins the next at once.
std::size_t quoted_length(std::string_view text) {
    if (std::string_view("'\"`").find(text.front()) == std::string_view::npos) return 0;
    const auto found = text.find(text.front(), 1);
    return found == std::string_view::npos ? text.size() : found + 1;
}

}  // namespace

std::vector<std::string_view> split_script(std::string_view script) {
    std::vector<std::string_view> statements;
    bool says_something = false;
    std::size_t begin = 0;
    std::size_t at = 0;
    const auto end_statement = [&] {
        if (says_something) statements.push_back(script.substr(begin, at - begin));
        says_something = false;
        begin = at + 1;
    };
    while (at < script.size()) {
        const auto rest = script.substr(at);
        if (const auto comment = comment_length(rest); comment > 0) {
            at += comment;
            continue;
        }
        if (rest.front() == ';') {
            end_statement();
        } else if (blanks.find(rest.front()) == std::string_view::npos) {
            says_something = true;
        }
        at += std::max<std::size_t>(quoted_length(rest), 1);
    }
    end_statement();
    return statements;
}

}  // namespace pay::sql

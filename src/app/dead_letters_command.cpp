#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "app/admin_desk.hpp"
#include "app/commands.hpp"
#include "core/audit_log/audit_log.hpp"
#include "core/dead_letter/wire.hpp"
#include "core/ident/ident.hpp"
#include "core/json/write.hpp"
#include "core/terminal/table.hpp"

namespace pay::app {

struct LettersView {
    std::vector<dead_letter::LetterView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(LettersView, (), (data, next_cursor))
static_assert(json::whole<LettersView>);

namespace {

constexpr int nothing_found = 1;
constexpr int failed_again = 1;
constexpr int unreachable = 2;

template <class View>
View read_answer(const std::string& body) {
    auto view = json::read<View>(body, json::Unknown::ignore);
    if (!view) throw BadUse("the answer is not one of this version's dead letters");
    return std::move(*view);
}

using terminal::printable;
using enum terminal::Table::Side;

void print(const std::vector<dead_letter::LetterView>& letters) {
    terminal::Table table(
        {{"ID"},
         {"SERVICE"},
         {"TRIES", right, 1},
         {"TYPE", left, 2},
         {"KEY", left, 3},
         {"PARKED", left, 4}}
    );
    for (const auto& letter : letters) {
        table.add(
            {letter.id, letter.service, std::to_string(letter.attempts), letter.type, letter.key,
             letter.parked_at}
        );
        table.note(letter.reason);
    }
    std::fputs(table.text(terminal::screen_of(STDOUT_FILENO)).c_str(), stdout);
}

void print(const dead_letter::WholeLetterView& letter) {
    const auto field = [](const char* name, const std::string& value) {
        std::printf("%-9s %s\n", name, printable(value).c_str());
    };
    const auto note = [](dead_letter::Encoding encoding) {
        return encoding == dead_letter::Encoding::base64 ? " (base64)" : "";
    };
    field("ID", letter.id);
    field("Service", letter.service);
    field("Topic", letter.topic);
    field("Key", letter.key + note(letter.key_encoding));
    field("Type", letter.type);
    field("Message", letter.message_id);
    field("Sent", letter.sent_at);
    field("Parked", letter.parked_at);
    field("Tries", std::to_string(letter.attempts));
    field("Reason", letter.reason);
    field("Behind it", std::to_string(letter.waiting));
    field("Trace", letter.traceparent);
    for (const auto& header : letter.headers) field("Header", header.name + ": " + header.value);
    std::printf(
        "Payload%s\n%s\n", note(letter.payload_encoding), printable(letter.payload, true).c_str()
    );
}

int list(AdminDesk& desk, bool as_json) {
    std::vector<dead_letter::LetterView> letters;
    bool answered = false;
    for (const auto service : AdminDesk::services) {
        std::optional<std::string> cursor{""};
        while (cursor) {
            const auto below =
                "/dead-letters?limit=100" + (cursor->empty() ? "" : "&cursor=" + *cursor);
            const auto body = desk.ask(http::Method::get, service, below);
            if (!body) break;
            answered = true;
            auto page = read_answer<LettersView>(*body);
            std::ranges::move(page.data, std::back_inserter(letters));
            cursor = std::move(page.next_cursor);
        }
    }
    if (!answered && !desk.complained()) throw BadUse("no service is behind this URL");
    if (as_json) {
        std::printf("{\"data\":%s}\n", json::to_text(letters).c_str());
    } else if (!letters.empty()) {
        print(letters);
    }
    if (desk.complained()) return unreachable;
    if (!letters.empty()) return 0;
    if (!as_json) std::printf("there are no dead letters\n");
    return nothing_found;
}

int show(const std::string& body) {
    print(read_answer<dead_letter::WholeLetterView>(body));
    return 0;
}

int tell_replayed(const std::string& body, bool as_json) {
    const auto replayed = read_answer<dead_letter::ReplayedView>(body);
    if (!as_json) {
        std::printf("handled: %lld\n", static_cast<long long>(replayed.replayed));
        if (replayed.failed) {
            std::printf(
                "%s failed again: %s\n", replayed.failed->c_str(),
                printable(replayed.reason.value_or("")).c_str()
            );
        }
        std::printf("still parked of this key: %lld\n", static_cast<long long>(replayed.left));
    }
    return replayed.failed ? failed_again : 0;
}

int tell_discarded(const std::string& body) {
    const auto discarded = read_answer<dead_letter::DiscardedView>(body);
    std::printf(
        "%s is discarded\nstill parked of this key: %lld\n", discarded.id.c_str(),
        static_cast<long long>(discarded.waiting)
    );
    return 0;
}

void check(const DeadLettersCommand& options) {
    const bool one = options.action != "list";
    if (one != !options.id.empty()) {
        throw BadUse(
            "dead-letters " + options.action + (one ? " takes the ID of one" : " takes no ID")
        );
    }
    if (one && !is_id(dead_letter::id_prefix, options.id)) {
        throw BadUse("'" + options.id + "' is no ID of a dead letter");
    }
    const bool acts = options.action == "replay" || options.action == "discard";
    if (acts != !options.reason.empty()) {
        throw BadUse("--reason goes with replay and discard, which need it");
    }
}

}  // namespace

int run_dead_letters(const DeadLettersCommand& options) {
    check(options);
    AdminDesk desk(options.url, options.token, options.signing);
    if (options.action == "list") return list(desk, options.json);
    const bool reads = options.action == "show";
    std::string body;
    if (!reads) body = json::to_text(audit_log::ReasonBody{options.reason});
    const auto answer = desk.ask_all(
        reads ? http::Method::get : http::Method::post,
        "/dead-letters/" + options.id + (reads ? "" : "/" + options.action), body
    );
    if (!answer) {
        if (desk.complained()) return unreachable;
        std::fprintf(stderr, "payments: there is no dead letter %s\n", options.id.c_str());
        return nothing_found;
    }
    if (options.json) std::printf("%s\n", answer->c_str());
    if (options.action == "replay") return tell_replayed(*answer, options.json);
    if (options.json) return 0;
    return reads ? show(*answer) : tell_discarded(*answer);
}

}  // namespace pay::app

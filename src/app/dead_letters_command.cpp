#include <algorithm>
#include <array>
#include <cstdio>
#include <future>
#include <iterator>

#include "app/commands.hpp"
#include "app/security.hpp"
#include "core/dead_letter/wire.hpp"
#include "core/http/client.hpp"
#include "core/http/token.hpp"
#include "core/ident/ident.hpp"
#include "core/json/write.hpp"
#include "core/text/text.hpp"

namespace pay::app {

/// Of a problem document, what a person is told.
struct ProblemView {
    std::string code;
    std::string title;
    std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(ProblemView, (), (code, title, detail))
static_assert(json::whole<ProblemView>);

struct LettersView {
    std::vector<dead_letter::LetterView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(LettersView, (), (data, next_cursor))
static_assert(json::whole<LettersView>);

namespace {

constexpr std::array<std::string_view, 4> services{"order", "point", "order-item", "item"};
constexpr int nothing_found = 1;
constexpr int failed_again = 1;
constexpr int unreachable = 2;
constexpr Duration longest_call = std::chrono::minutes{2};
constexpr std::size_t largest_answer = 16 << 20;
constexpr std::size_t line_width = 80;

std::string token_of(const DeadLettersCommand& options) {
    if (!options.token.empty()) return options.token;
    const Time now = SystemClock{}.now();
    http::TokenClaims claims;
    claims.user_id = "operator";
    claims.role = http::Role::admin;
    claims.expires = now + std::chrono::minutes{10};
    claims.issuer = options.signing.issuer;
    claims.audience = options.signing.audience;
    return http::sign_token(claims, signing_secret(options.signing), now);
}

http::ClientOptions client_options(const std::string& url) {
    http::ClientOptions options;
    options.base_url = url;
    options.answer_limit = largest_answer;
    return options;
}

/// The services behind one URL, asked one after another.
class Desk {
 public:
    explicit Desk(const DeadLettersCommand& options)
        : x_authorization("Bearer " + token_of(options)),
          x_url(options.url),
          x_client(x_io, client_options(options.url)) {}

    /// The body of a service's answer; nothing if it has no such thing, or is not behind the URL.
    /// Any other answer is told on stderr.
    std::optional<std::string> ask(
        http::Method method, std::string_view service, const std::string& below,
        std::string body = {}
    ) {
        http::Call call;
        call.method = method;
        call.target = "/v1/admin/" + std::string(service) + "/dead-letters" + below;
        call.headers.emplace_back("authorization", x_authorization);
        if (method == http::Method::post) {
            call.headers.emplace_back("content-type", "application/json");
            call.headers.emplace_back("idempotency-key", random_hex_128());
        }
        call.body = std::move(body);
        call.timeout = longest_call;
        std::promise<http::Outcome> answered;
        x_client.send(std::move(call), [&answered](http::Outcome outcome) {
            answered.set_value(std::move(outcome));
        });
        auto outcome = answered.get_future().get();
        if (!outcome) throw BadUse("no answer from " + x_url);
        if (outcome->status == 404) return std::nullopt;
        if (outcome->status == 200) return std::move(outcome->body);
        if (outcome->status == 401 || outcome->status == 403) {
            throw BadUse(x_url + " wants an admin's token: set PAYMENTS_TOKEN");
        }
        complain(service, *outcome);
        return std::nullopt;
    }
    /// The same of whichever service has it.
    std::optional<std::string> ask_all(
        http::Method method, const std::string& below, const std::string& body = {}
    ) {
        for (const auto service : services) {
            if (auto answer = ask(method, service, below, body)) return answer;
        }
        return std::nullopt;
    }
    /// Whether some service answered with neither a success nor a 404.
    bool complained() const { return x_complained; }

 private:
    void complain(std::string_view service, const http::Answer& answer) {
        const auto problem = json::read<ProblemView>(answer.body, json::Unknown::ignore);
        std::string text = std::string(service) + " answers " + std::to_string(answer.status);
        if (problem) text += ": " + problem->detail.value_or(problem->title);
        std::fprintf(stderr, "payments: %s\n", text.c_str());
        x_complained = true;
    }

    const std::string x_authorization;
    const std::string x_url;
    bool x_complained = false;
    http::Io x_io{1};
    http::Client x_client;
};

template <class View>
View read_answer(const std::string& body) {
    auto view = json::read<View>(body, json::Unknown::ignore);
    if (!view) throw BadUse("the answer is not one of this version's dead letters");
    return std::move(*view);
}

/// What a stranger wrote must not steer the terminal it is shown on.
std::string printable(std::string_view text, bool lines = false) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 =
            byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        const bool kept = lines && (byte == '\n' || byte == '\t');
        const bool control = (byte < 0x20 && !kept) || byte == 0x7F || c1;
        shown += control ? '?' : text[i];
        if (c1) ++i;
    }
    return shown;
}

/// As much of the line as a terminal shows without breaking it.
std::string clipped(std::string line) {
    if (text::characters(line) <= line_width) return line;
    std::size_t end = 0;
    for (std::size_t shown = 0; shown < line_width - 3; ++shown) {
        do ++end;
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U);
    }
    return line.substr(0, end) + "...";
}

std::string padded(std::string text, std::size_t width) {
    text.append(width - std::min(width, text::characters(text)), ' ');
    return text + "  ";
}

std::string table_row(
    const std::string& id, const std::string& service, const std::string& tries,
    const std::string& type
) {
    return clipped(padded(id, 30) + padded(service, 10) + padded(tries, 5) + printable(type));
}

void print(const dead_letter::LetterView& letter) {
    const auto head =
        table_row(letter.id, letter.service, std::to_string(letter.attempts), letter.type);
    const auto line = "    " + letter.parked_at + "  " + letter.key + ": " + letter.reason;
    std::printf("%s\n%s\n", head.c_str(), clipped(printable(line)).c_str());
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

int list(Desk& desk, bool as_json) {
    std::vector<dead_letter::LetterView> letters;
    bool answered = false;
    for (const auto service : services) {
        std::optional<std::string> cursor{""};
        while (cursor) {
            const auto below = "?limit=100" + (cursor->empty() ? "" : "&cursor=" + *cursor);
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
        std::printf("%s\n", table_row("ID", "SERVICE", "TRIES", "TYPE").c_str());
        for (const auto& letter : letters) print(letter);
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
    if ((options.action == "discard") != !options.reason.empty()) {
        throw BadUse("--reason goes with discard, which needs it");
    }
}

}  // namespace

int run_dead_letters(const DeadLettersCommand& options) {
    check(options);
    Desk desk(options);
    if (options.action == "list") return list(desk, options.json);
    const bool reads = options.action == "show";
    std::string body;
    if (options.action == "discard") {
        body = json::to_text(dead_letter::DiscardBody{options.reason});
    }
    const auto answer = desk.ask_all(
        reads ? http::Method::get : http::Method::post,
        "/" + options.id + (reads ? "" : "/" + options.action), body
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

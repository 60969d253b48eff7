#include "order/trail.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "order/messages.hpp"
#include "order/types.hpp"

// A record is `DELTA:CAUSE[OUTCOME]` and then, each behind a blank, what else there is of it:
//   =REQUEST  @PARTITION/OFFSET  <PARTITION/OFFSET/DELTA (the message it answers)  *ATTEMPTS
//   >FROM TO as two letters  xFAILURE  #PHASE  !SAYINGS  ?CALL
// closed by `;`. A gap is `~COUNT;`. DELTA is in base 36, of milliseconds.
namespace pay::order {
namespace {

constexpr std::size_t kept_head = 1'200;
constexpr std::size_t kept_tail = 1'800;
constexpr int delta_digits = 36;

template <class E>
char letter_of(E value) {
    return static_cast<char>('a' + static_cast<int>(value));
}

template <class E>
std::optional<E> of_letter(char letter, E last) {
    const int index = letter - 'a';
    if (index < 0 || index > static_cast<int>(last)) return std::nullopt;
    return static_cast<E>(index);
}

void add_number(std::string& out, std::int64_t number, int digits = 10) {
    char text[24];
    out.append(text, std::to_chars(text, text + sizeof text, number, digits).ptr);
}

void add_delta(std::string& out, Time since, Time at) {
    // Another instance's clock may be behind.
    add_number(out, std::max((at - since).count(), Duration::rep{0}), delta_digits);
}

/// Takes the middle out, whole records of it.
void shorten(std::string& trail) {
    const auto head = trail.rfind(';', kept_head) + 1;
    const auto tail = trail.find(';', trail.size() - kept_tail) + 1;
    int gone = 0;
    for (std::string_view rest(trail.data() + head, tail - head); !rest.empty();) {
        const auto end = rest.find(';') + 1;
        int before = 1;
        if (rest.front() == '~') std::from_chars(rest.data() + 1, rest.data() + end, before);
        gone += before;
        rest.remove_prefix(end);
    }
    std::string gap = "~";
    add_number(gap, gone);
    gap += ';';
    trail.replace(head, tail - head, gap);
}

/// Reads numbers off the front of a text.
class Numbers {
 public:
    explicit Numbers(std::string_view text) : x_text(text) {}

    std::int64_t next(int digits = 10) {
        std::int64_t number = 0;
        const auto* const end = x_text.data() + x_text.size();
        const auto read = std::from_chars(x_text.data(), end, number, digits);
        x_good = x_good && read.ec == std::errc{};
        x_text.remove_prefix(static_cast<std::size_t>(read.ptr - x_text.data()));
        if (!x_text.empty() && (x_text.front() == '/' || x_text.front() == ':')) {
            x_text.remove_prefix(1);
        }
        return number;
    }
    bool good() const { return x_good; }
    std::string_view rest() const { return x_text; }

 private:
    std::string_view x_text;
    bool x_good = true;
};

bus::Place read_place(Numbers& numbers) {
    const auto partition = static_cast<std::int32_t>(numbers.next());
    return {partition, numbers.next()};
}

void read_said(Mark& mark, std::string_view letters) {
    for (const char letter : letters) {
        if (const auto saying = of_letter(letter, Saying::expired)) mark.said.push_back(*saying);
    }
}

/// One part of a record, by its first character.
void read_part(Mark& mark, std::string_view part, Time created_at) {
    const char kind = part.front();
    part.remove_prefix(1);
    Numbers numbers(part);
    if (kind == '=') {
        mark.request_id = part;
    } else if (kind == '@') {
        mark.heard = read_place(numbers);
    } else if (kind == '<') {
        const auto place = read_place(numbers);
        mark.answers = {place, created_at + Duration{numbers.next(delta_digits)}};
    } else if (kind == '*') {
        mark.attempts = static_cast<int>(numbers.next());
    } else if (kind == '!') {
        read_said(mark, part);
    } else if (kind == '>' && part.size() == 2) {
        const auto from = of_letter(part[0], Status::EXPIRED);
        const auto to = of_letter(part[1], Status::EXPIRED);
        if (from && to) mark.status = {*from, *to};
    } else if (part.size() == 1 && kind == 'x') {
        mark.failure = of_letter(part[0], Failure::PAYMENT_DECLINED);
    } else if (part.size() == 1 && kind == '#') {
        mark.phase = of_letter(part[0], Phase::refused);
    } else if (part.size() == 1 && kind == '?') {
        mark.call = of_letter(part[0], GatewayCall::charge);
    }
}

std::optional<Record> read_record(std::string_view text, Time created_at) {
    auto end = std::min(text.find(' '), text.size());
    Numbers numbers(text.substr(0, end));
    Record record;
    record.at = created_at + Duration{numbers.next(delta_digits)};
    const auto letters = numbers.rest();
    if (!numbers.good() || letters.empty()) return std::nullopt;
    const auto cause = of_letter(letters[0], Cause::retried);
    if (!cause) return std::nullopt;
    record.mark.cause = *cause;
    if (letters.size() > 1) record.mark.outcome = letters[1] - 'a';
    while (end < text.size()) {
        const auto begin = end + 1;
        end = std::min(text.find(' ', begin), text.size());
        if (end > begin) read_part(record.mark, text.substr(begin, end - begin), created_at);
    }
    return record;
}

constexpr std::array<SayingFacts, 12> sayings{{
    {point::commands_topic, point::credit_type},
    {point::commands_topic, point::reverse_type},
    {point::commands_topic, point::hold_type},
    {point::commands_topic, point::settle_type},
    {point::commands_topic, point::release_type},
    {order_item::commands_topic, order_item::save_type},
    {order_item::commands_topic, order_item::revoke_type},
    {events_topic, paid_type},
    {events_topic, succeeded_type},
    {events_topic, failed_type},
    {events_topic, canceled_type},
    {events_topic, expired_type},
}};

}  // namespace

const SayingFacts& facts(Saying saying) {
    return sayings.at(static_cast<std::size_t>(saying));
}

std::optional<Saying> saying_of(std::string_view type) {
    const auto found = std::ranges::find(sayings, type, &SayingFacts::type);
    if (found == sayings.end()) return std::nullopt;
    return static_cast<Saying>(found - sayings.begin());
}

void append(std::string& trail, Time created_at, Time at, const Mark& mark) {
    add_delta(trail, created_at, at);
    trail += ':';
    trail += letter_of(mark.cause);
    if (mark.outcome) trail += static_cast<char>('a' + *mark.outcome);
    if (!mark.request_id.empty()) (trail += " =") += mark.request_id;
    if (mark.heard) {
        add_number(trail += " @", mark.heard->partition);
        add_number(trail += '/', mark.heard->offset);
    }
    if (mark.answers) {
        add_number(trail += " <", mark.answers->place.partition);
        add_number(trail += '/', mark.answers->place.offset);
        add_delta(trail += '/', created_at, mark.answers->sent_at);
    }
    if (mark.attempts > 0) add_number(trail += " *", mark.attempts);
    if (mark.status) {
        (trail += " >") += letter_of(mark.status->from);
        trail += letter_of(mark.status->to);
    }
    if (mark.failure) (trail += " x") += letter_of(*mark.failure);
    if (mark.phase) (trail += " #") += letter_of(*mark.phase);
    if (!mark.said.empty()) {
        trail += " !";
        for (const auto saying : mark.said) trail += letter_of(saying);
    }
    if (mark.call) (trail += " ?") += letter_of(*mark.call);
    trail += ';';
    if (trail.size() > longest_trail) shorten(trail);
}

std::vector<Record> read_trail(std::string_view trail, Time created_at) {
    std::vector<Record> records;
    while (!trail.empty()) {
        const auto end = std::min(trail.find(';'), trail.size());
        const auto text = trail.substr(0, end);
        trail.remove_prefix(std::min(end + 1, trail.size()));
        if (text.starts_with('~')) {
            Record gap;
            gap.at = records.empty() ? created_at : records.back().at;
            gap.left_out = static_cast<int>(Numbers(text.substr(1)).next());
            records.push_back(std::move(gap));
        } else if (auto record = read_record(text, created_at)) {
            records.push_back(std::move(*record));
        }
    }
    return records;
}

}  // namespace pay::order

#include "order/timeline.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/json/names.hpp"
#include "order/timeline_text.hpp"

namespace pay::order {
namespace {

using Detail = std::map<std::string, std::string>;

/// Which message a reply answers: when it was sent, and what it said.
using Sent = std::pair<Time, Saying>;

std::optional<Saying> answered_by(const Mark& mark) {
    const bool point = mark.cause == Cause::point_done || mark.cause == Cause::point_refused;
    const bool item = mark.cause == Cause::item_done || mark.cause == Cause::item_refused;
    if (!(point || item) || !mark.outcome) return std::nullopt;
    // The enumerations of the actions and of what is said have the same order.
    const int last = point ? static_cast<int>(point::Action::release) : 1;
    if (*mark.outcome < 0 || *mark.outcome > last) return std::nullopt;
    const auto first = static_cast<int>(point ? Saying::credit : Saying::save);
    return static_cast<Saying>(first + *mark.outcome);
}

bool undoes(Saying saying) {
    return saying == Saying::reverse || saying == Saying::release || saying == Saying::revoke;
}

void add_place(Detail& detail, const bus::Place& place, const std::string& prefix = {}) {
    detail[prefix + "partition"] = std::to_string(place.partition);
    detail[prefix + "offset"] = std::to_string(place.offset);
}

class Telling {
 public:
    Telling(const Dossier& dossier, http::Language language, const Wanted& wanted)
        : x_dossier(dossier),
          x_language(language),
          x_wanted(wanted),
          x_records(read_trail(dossier.order.trail, dossier.order.created_at)) {
        for (const auto& [at, mark, gap] : x_records) {
            const auto saying = answered_by(mark);
            if (saying && mark.answers) x_places[{mark.answers->sent_at, *saying}] = *mark.answers;
        }
    }

    std::vector<TimelineEntry> tell() {
        tell_actions();
        tell_webhooks();
        tell_before();
        for (const auto& record : x_records) tell(record);
        std::ranges::stable_sort(x_entries, {}, &TimelineEntry::at);
        return std::move(x_entries);
    }

 private:
    std::string in_language(Text text) const {
        return std::string(x_language == http::Language::ko ? text.ko : text.en);
    }
    void add(Time at, std::string_view kind, std::string text, Detail detail = {}) {
        x_entries.push_back({at, std::string(kind), std::move(text), std::move(detail)});
    }
    std::string joined(Text what, Text how) const {
        return in_language(what) + ": " + in_language(how);
    }

    void tell_actions() {
        for (const auto& action : x_dossier.actions) {
            Detail detail{{"actor", action.actor}, {"action", action.action}};
            if (action.reason) detail["reason"] = *action.reason;
            if (!action.request_id.empty()) {
                detail["request_id"] = action.request_id;
                x_operators.insert(action.request_id);
            }
            for (const auto& [field, before, after] : action.changes) {
                if (after) detail.try_emplace(field, *after);
            }
            const auto at = parse_rfc3339(action.at);
            add(at.value_or(x_dossier.order.created_at), "operator",
                in_language(text_of_action(action.action)), std::move(detail));
        }
    }

    void tell_webhooks() {
        for (const auto& webhook : x_dossier.webhooks) {
            add(webhook.created_at, "webhook",
                in_language({"The gateway sent a webhook", "결제 대행사의 웹훅 수신"}),
                {{"receipt_id", webhook.receipt_id},
                 {"receipt_status", std::to_string(webhook.receipt_status)},
                 {"status", std::string(json::name_of(webhook.status))}});
        }
    }

    /// What only the rows tell: of orders from before there were trails.
    void tell_before() {
        const auto& order = x_dossier.order;
        const bool whole =
            !x_records.empty() && x_records.front().mark.cause <= Cause::auto_charged;
        if (whole) return;
        add(order.created_at, "status", in_language(text_of(Cause::placed)));
        const auto end = x_records.empty() ? Time::max() : x_records.front().at;
        tell_step("payment", order.payment, end);
        if (order.point) tell_step("point", *order.point, end);
        tell_step("order_item", order.order_item, end);
        for (const auto& one : x_dossier.cancellations) {
            if (one.created_at >= end) continue;
            add(one.created_at, "request", in_language(text_of(Cause::cancel_asked)),
                {{"cancellation_id", one.id}, {"actor", one.asked_by}, {"reason", one.reason}});
        }
        for (const auto& refund : x_dossier.refunds) {
            const bool over = refund.status != RefundStatus::open && refund.updated_at < end;
            if (!over) continue;
            const bool done = refund.status == RefundStatus::done;
            add(refund.updated_at, "gateway",
                joined(
                    {"The refund", "환불"}, done ? Text{"done", "완료"} : Text{"refused", "거절됨"}
                ),
                {{"receipt_id", refund.receipt_id},
                 {"outcome", std::string(json::name_of(refund.status))}});
        }
        if (order.final() && order.updated_at < end) {
            add(order.updated_at, "status", joined({"Status", "상태"}, text_of(order.status)),
                {{"to", std::string(json::name_of(order.status))}});
        }
    }

    void tell_step(const std::string& name, const Step& step, Time end) {
        if (step.status == StepStatus::pending || step.at >= end) return;
        const std::string to(json::name_of(step.status));
        add(step.at, "status", in_language({"Step ", "단계 "}) + name + ": " + to,
            {{"step", name}, {"to", to}});
    }

    void tell(const Record& record) {
        if (record.left_out > 0) {
            const auto count = std::to_string(record.left_out);
            return add(
                record.at, "status", in_language({"Records left out: ", "생략된 기록: "}) + count,
                {{"left_out", count}}
            );
        }
        const Mark& mark = record.mark;
        tell_cause(record);
        if (mark.status) tell_status(record.at, mark);
        if (mark.phase) {
            add(record.at, "status", joined({"Cancel", "취소 단계"}, text_of(*mark.phase)),
                {{"phase", std::string(json::name_of(*mark.phase))}});
        }
        for (const auto saying : mark.said) tell_said(record, saying);
        if (mark.call) {
            add(record.at, "gateway", in_language(text_of(*mark.call)), {{"outcome", "begun"}});
        }
    }

    void tell_status(Time at, const Mark& mark) {
        const auto [from, to] = *mark.status;
        Detail detail{
            {"from", std::string(json::name_of(from))}, {"to", std::string(json::name_of(to))}
        };
        const bool why = mark.failure && *mark.failure != Failure::NONE;
        if (why) detail["code"] = json::name_of(*mark.failure);
        add(at, "status", in_language(text_of(from)) + " → " + in_language(text_of(to)),
            std::move(detail));
        x_undoing = to == Status::FAILING || to == Status::CANCELING;
    }

    void tell_said(const Record& record, Saying saying) {
        const auto& [topic, type] = facts(saying);
        if (!x_wanted(topic)) return;
        Detail detail{{"topic", std::string(topic)}, {"type", std::string(type)}};
        const auto place = x_places.find({record.at, saying});
        if (place != x_places.end()) add_place(detail, place->second.place);
        if (record.mark.attempts > 0) detail["attempts"] = std::to_string(record.mark.attempts);
        if (x_undoing && undoes(saying)) detail["compensates"] = "true";
        add(record.at, "message_out", in_language(text_of(saying)), std::move(detail));
    }

    /// A look-up and what it found.
    void tell_found(const Record& record, Text what, bool refused = false) {
        const int outcome = record.mark.outcome.value_or(-1);
        const auto name = refused ? refusal_name(outcome) : stage_name(outcome);
        if (name.empty()) return;
        const auto how = refused ? text_of(static_cast<gateway::Refusal>(outcome))
                                 : text_of(static_cast<gateway::Stage>(outcome));
        add(record.at, "gateway", joined(what, how), {{"outcome", std::string(name)}});
    }

    void tell_request(const Record& record) {
        const auto& id = record.mark.request_id;
        if (x_operators.contains(id)) return;  // told by what the operator did
        Detail detail;
        if (!id.empty()) detail["request_id"] = id;
        add(record.at, "request", in_language(text_of(record.mark.cause)), std::move(detail));
    }

    void tell_heard(const Record& record) {
        const auto saying = answered_by(record.mark);
        if (!saying) return;
        const bool refused =
            record.mark.cause == Cause::point_refused || record.mark.cause == Cause::item_refused;
        const bool item = *saying == Saying::save || *saying == Saying::revoke;
        const auto type = item ? (refused ? order_item::refused_type : order_item::done_type)
                               : (refused ? point::refused_type : point::done_type);
        Detail detail{
            {"topic", std::string(point::replies_topic)},
            {"type", std::string(type)},
            {"answers", std::string(facts(*saying).type)}
        };
        if (record.mark.heard) add_place(detail, *record.mark.heard);
        if (record.mark.answers) add_place(detail, record.mark.answers->place, "answers_");
        add(record.at, "message_in",
            in_language(text_of(record.mark.cause)) + " (" + std::string(facts(*saying).type) + ')',
            std::move(detail));
    }

    void tell_woken(const Record& record) {
        const Mark& mark = record.mark;
        Detail detail;
        Text text = text_of(mark.cause);
        if (mark.attempts > 0) detail["attempts"] = std::to_string(mark.attempts);
        if (!mark.said.empty() && !mark.status) {
            text = {"No answer came: sent again", "응답이 없어 다시 보냄"};
        }
        add(record.at, "driver", in_language(text), std::move(detail));
    }

    void tell_cause(const Record& record);

    const Dossier& x_dossier;
    const http::Language x_language;
    const Wanted& x_wanted;
    const std::vector<Record> x_records;
    std::map<Sent, bus::Answers> x_places;
    std::set<std::string> x_operators;  ///< the calls of operators, by their request ids
    bool x_undoing = false;
    std::vector<TimelineEntry> x_entries;
};

void Telling::tell_cause(const Record& record) {
    constexpr Text look_up{"The gateway says of the receipt", "결제 대행사 조회"};
    const Cause cause = record.mark.cause;
    switch (cause) {
        case Cause::placed:
        case Cause::confirmed:
        case Cause::cancel_asked:
            tell_request(record);
            return tell_found(record, look_up);
        case Cause::placed_unheard:
            tell_request(record);
            return add(
                record.at, "gateway",
                in_language({"The gateway gave no answer", "결제 대행사 응답 없음"}),
                {{"outcome", "unknown"}}
            );
        case Cause::polled:
        case Cause::reconciled:
        case Cause::auto_charged:
            add(record.at, "driver", in_language(text_of(cause)));
            return tell_found(record, look_up);
        case Cause::webhook:
        case Cause::rechecked:
        case Cause::charged:
        case Cause::approved:
        case Cause::returned:
            return tell_found(record, text_of(cause));
        case Cause::charge_refused:
        case Cause::not_approved:
        case Cause::not_returned:
            return tell_found(record, text_of(cause), true);
        case Cause::point_done:
        case Cause::point_refused:
        case Cause::item_done:
        case Cause::item_refused:
            return tell_heard(record);
        case Cause::woken:
        case Cause::woken_unheard:
            return tell_woken(record);
        case Cause::refund_looked_up:
        case Cause::refund_postponed:
            return add(record.at, "gateway", in_language(text_of(cause)));
        case Cause::closed:
        case Cause::retried:
            return;  // told by the log of operators' actions
    }
}

}  // namespace

std::vector<TimelineEntry> timeline_of(
    const Dossier& dossier, http::Language language, const Wanted& wanted
) {
    return Telling(dossier, language, wanted).tell();
}

}  // namespace pay::order

#include "order/answering.hpp"

#include <algorithm>
#include <charconv>

#include "order/store.hpp"
#include "order/wire.hpp"

namespace pay::order {
namespace {

constexpr int longest_wait_s = 30;

}  // namespace

Duration wait_preferred(const http::Request& request) {
    std::string_view rest = request.header("prefer");
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        std::string_view preference = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        preference.remove_prefix(std::min(preference.find_first_not_of(' '), preference.size()));
        if (!preference.starts_with("wait=")) continue;
        preference.remove_prefix(5);
        int seconds = 0;
        const auto read =
            std::from_chars(preference.data(), preference.data() + preference.size(), seconds);
        if (read.ec != std::errc{} || seconds < 0) return Duration{0};
        return std::chrono::seconds{std::min(seconds, longest_wait_s)};
    }
    return Duration{0};
}

Asking::Asking(Service& service, http::Io& io, std::shared_ptr<Call> call, int status)
    : x_service(service),
      x_io(io),
      x_call(std::move(call)),
      x_status(status),
      x_wait(wait_preferred(x_call->request)) {}

PaymentFlow::Asker Asking::asker() const {
    PaymentFlow::Asker asker;
    asker.done = [self = *this](Result<Answer> result) { self.answer(std::move(result)); };
    if (x_call->key) {
        asker.keep = [self = *this](const Result<Answer>& result) { return self.keep(result); };
    }
    asker.traceparent = x_call->request.traceparent;
    asker.asked = {Source::request, x_call->request.request_id};
    return asker;
}

void Asking::show(const Order& order) const {
    const Result<Answer> read = Answer{order, Next::nothing, {}, {}};
    answer(read);
    if (!waits(read)) return;
    // It may have changed before the watch stood: look again, now that it stands.
    x_service.engine().readers().run(
        [watchers = x_service.watchers(), id = order.id](sql::Connection& connection) {
            if (const auto now = find_order(connection, id)) watchers->notify(*now);
        },
        [] {}
    );
}

http::Response Asking::response(const Result<Answer>& result) const {
    if (!result) return x_call->problem(result.error());
    if (result->refusal) return x_call->problem(*result->refusal);
    auto made = http::json_response(x_status, to_json(result->order, x_call->request.language));
    if (x_status == 201) made.headers.emplace_back("Location", "/v1/orders/" + result->order.id);
    return made;
}

bool Asking::waits(const Result<Answer>& result) const {
    return x_wait > Duration{0} && result && !result->refusal && !result->order.final();
}

std::optional<idempotency::Entry> Asking::keep(const Result<Answer>& result) const {
    const bool goes_on = result && (result->next == Next::approve || result->next == Next::await);
    if (goes_on || waits(result)) {
        x_call->resource_id = result->order.id;
        return x_call->unfinished();
    }
    x_call->kept = response(result);
    return x_call->entry(*x_call->kept);
}

void Asking::answer(Result<Answer> result) const {
    if (waits(result)) return wait(*result);
    const bool kept = x_call->kept && (result || !idempotency::uncommitted(result.error().code));
    if (kept) return x_call->send(std::move(*x_call->kept));
    x_service.engine().answer(x_call, response(result));
}

void Asking::wait(const Answer& asked) const {
    // On the writer's thread, before it tells of this batch: no change slips through.
    wait_for(
        x_service.watchers(), x_io, asked.order.id, x_wait,
        [](const Order& order) { return order.final(); },
        [self = *this, last = asked](std::optional<Order> order) mutable {
            if (order) last.order = std::move(*order);
            self.x_service.engine().answer(self.x_call, self.response(last));
        },
        [self = *this, last = asked](const Order& order) { return self.close(last, order); }
    );
}

std::optional<Closing> Asking::close(Answer last, const Order& order) const {
    if (!order.final()) return std::nullopt;
    last.order = order;
    auto answered = response(last);
    auto entry = x_call->entry(answered);
    if (!entry) return std::nullopt;
    return Closing{std::move(*entry), [call = x_call, answered = std::move(answered)] {
                       call->send(answered);
                   }};
}

}  // namespace pay::order

#include "bench/purchase.hpp"

#include "core/json/read.hpp"

namespace pay::bench {

/// Of the answers, what is looked at.
struct ReceiptView {
    std::string receipt_id;
};
BOOST_DESCRIBE_STRUCT(ReceiptView, (), (receipt_id))
static_assert(json::whole<ReceiptView>);

struct PlacedView {
    std::string id;
    std::string status;
};
BOOST_DESCRIBE_STRUCT(PlacedView, (), (id, status))
static_assert(json::whole<PlacedView>);

namespace {

// Most orders ask for the answer that says SUCCESS; every so many-th is answered at once, and then
// watched: a share that costs little, and yet measures what a caller who does not wait sees. A
// prime: so it is spread evenly over every so many-th step of another kind, too.
constexpr std::uint64_t at_once_each = 17;
constexpr Duration longest{35'000};  // the server holds an answer for 30 s at most

http::Call post(std::string target, std::string body) {
    http::Call call;
    call.method = http::Method::post;
    call.target = std::move(target);
    call.headers.reserve(4);
    call.headers.emplace_back("content-type", "application/json");
    call.body = std::move(body);
    call.timeout = longest;
    return call;
}

}  // namespace

void Purchase::begin(const Shop& shop, Client& client, std::uint64_t number, Done done) {
    const std::shared_ptr<Purchase> purchase(new Purchase(shop, client, number, std::move(done)));
    purchase->pay();
}

void Purchase::begin_with_points(
    const Shop& shop, Client& client, std::uint64_t number, const std::string& item_id, Done done
) {
    const std::shared_ptr<Purchase> purchase(new Purchase(shop, client, number, std::move(done)));
    purchase->order_when_due(shop.order_with_points(item_id));
}

bool Purchase::at_once() const {
    return x_number % at_once_each == at_once_each - 1;
}

void Purchase::pay() {
    x_client.lane().sandbox.send(
        post("/sandbox/pay", x_shop.payment(x_number)),
        [self = shared_from_this()](const http::Outcome& outcome) { self->paid(outcome); }
    );
}

void Purchase::paid(const http::Outcome& outcome) {
    if (const auto fault = fault_of("POST /sandbox/pay", outcome, 201); !fault.empty())
        return fail(fault);
    auto receipt = json::read<ReceiptView>(outcome->body, json::Unknown::ignore);
    if (!receipt) return fail("POST /sandbox/pay: no receipt_id");
    order_when_due(x_shop.order(receipt->receipt_id));
}

void Purchase::order_when_due(std::string body) {
    x_client.when_due([self = shared_from_this(),
                       body = std::move(body)](SteadyClock::time_point begin) mutable {
        self->x_begin = begin;
        self->order(std::move(body));
    });
}

void Purchase::order(std::string body) {
    auto call = post("/v1/orders", std::move(body));
    call.headers.emplace_back("authorization", x_shop.authorization(x_number));
    call.headers.emplace_back("idempotency-key", x_shop.name(x_number));
    if (!at_once()) call.headers.emplace_back("prefer", "wait=30");
    x_client.lane().server.send(
        std::move(call),
        [self = shared_from_this()](const http::Outcome& outcome) { self->placed(outcome); }
    );
}

void Purchase::placed(const http::Outcome& outcome) {
    if (const auto fault = fault_of("POST /v1/orders", outcome, 201); !fault.empty())
        return fail(fault);
    if (at_once()) x_client.lane().tally.latency("request", SteadyClock::now() - x_begin);
    auto placed = json::read<PlacedView>(outcome->body, json::Unknown::ignore);
    if (!placed) return fail("POST /v1/orders: no order");
    x_order_id = std::move(placed->id);
    if (placed->status == "SUCCESS") return succeed();
    const bool under_way = placed->status == "PENDING" || placed->status == "PAID";
    if (!at_once() || !under_way) return fail("POST /v1/orders: order " + placed->status);
    http::Call call;
    call.target = "/v1/orders/" + x_order_id + "/stream";
    call.headers = {{"authorization", x_shop.authorization(x_number)}};
    call.timeout = longest;
    // The stream ends when the order is final, so that its whole body is the answer.
    x_client.lane().server.send(
        std::move(call),
        [self = shared_from_this()](const http::Outcome& events) { self->watched(events); }
    );
}

void Purchase::watched(const http::Outcome& outcome) {
    if (const auto fault = fault_of("GET …/stream", outcome, 200); !fault.empty())
        return fail(fault);
    const std::string_view events = outcome->body;
    const auto last = events.rfind("data: ");
    if (last == std::string_view::npos) return fail("GET …/stream: no event");
    const auto text = events.substr(last + 6, events.find('\n', last) - last - 6);
    const auto order = json::read<PlacedView>(text, json::Unknown::ignore);
    if (!order) return fail("GET …/stream: no order");
    if (order->status != "SUCCESS") return fail("GET …/stream: order " + order->status);
    succeed();
}

void Purchase::succeed() {
    x_client.lane().tally.latency("to_success", SteadyClock::now() - x_begin);
    x_done({}, std::move(x_order_id));
}

}  // namespace pay::bench

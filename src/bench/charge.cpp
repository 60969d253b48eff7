#include <stdexcept>

#include "bench/scenario.hpp"
#include "bench/users.hpp"
#include "core/ident/ident.hpp"
#include "core/json/read.hpp"

namespace pay::bench {

/// Of the answers, what is looked at.
struct PackageView {
    std::string id;
    std::string kind;
    std::string status;
    std::optional<std::int64_t> amount;
};
BOOST_DESCRIBE_STRUCT(PackageView, (), (id, kind, status, amount))
static_assert(json::whole<PackageView>);

struct PackagesView {
    std::vector<PackageView> data;
};
BOOST_DESCRIBE_STRUCT(PackagesView, (), (data))
static_assert(json::whole<PackagesView>);

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
// watched: a share that costs little, and yet measures what a caller who does not wait sees.
constexpr std::uint64_t at_once_each = 16;
constexpr Duration longest{35'000};  // the server holds an answer for 30 s at most

class Charge;

/// One purchase on its way. Kept alive by the calls it waits for.
class Purchase : public std::enable_shared_from_this<Purchase> {
 public:
    Purchase(const Charge& charge, Lane& lane, std::uint64_t number, Done done)
        : x_charge(charge), x_lane(lane), x_number(number), x_done(std::move(done)) {}

    void pay();

 private:
    void order(const http::Outcome& paid);
    void placed(const http::Outcome& outcome);
    void watched(const http::Outcome& outcome);
    void succeed();
    bool at_once() const { return x_number % at_once_each == at_once_each - 1; }

    const Charge& x_charge;
    Lane& x_lane;
    const std::uint64_t x_number;
    Done x_done;
    SteadyClock::time_point x_begin{};
};

class Charge final : public Scenario {
 public:
    explicit Charge(std::vector<std::string> tokens) : x_tokens(std::move(tokens)) {}

    void prepare(const Fetch& server) override {
        const auto items = json::read<PackagesView>(server("/v1/items"), json::Unknown::ignore);
        if (!items) throw std::runtime_error("the server's list of items cannot be read");
        for (const auto& found : items->data) {
            if (found.kind == "point_package" && found.status == "on_sale" && found.amount)
                item = found;
        }
        if (item.id.empty()) throw std::runtime_error("the server sells no point package");
    }

    void step(Lane& lane, std::uint64_t number, Done done) override {
        std::make_shared<Purchase>(*this, lane, number, std::move(done))->pay();
    }

    std::string merchant_order(std::uint64_t number) const {
        return "bench-" + x_run + '-' + std::to_string(number);
    }
    std::string user(std::uint64_t number) const { return user_id(number % x_tokens.size()); }
    std::string authorization(std::uint64_t number) const {
        return "Bearer " + x_tokens[number % x_tokens.size()];
    }

    PackageView item;

 private:
    const std::string x_run = random_hex_128();  // no two runs share an order or a key
    const std::vector<std::string> x_tokens;
};

http::Call post(std::string target, std::string body) {
    http::Call call;
    call.method = http::Method::post;
    call.target = std::move(target);
    call.headers = {{"content-type", "application/json"}};
    call.body = std::move(body);
    call.timeout = longest;
    return call;
}

void Purchase::pay() {
    auto call = post(
        "/sandbox/pay", R"({"order_id":")" + x_charge.merchant_order(x_number) + R"(","price":)" +
                            std::to_string(*x_charge.item.amount) + R"(,"user_id":")" +
                            x_charge.user(x_number) + "\"}"
    );
    x_lane.sandbox.send(std::move(call), [self = shared_from_this()](const http::Outcome& outcome) {
        self->order(outcome);
    });
}

void Purchase::order(const http::Outcome& paid) {
    if (const auto fault = fault_of("POST /sandbox/pay", paid, 201); !fault.empty())
        return x_done(fault);
    const auto receipt = json::read<ReceiptView>(paid->body, json::Unknown::ignore);
    if (!receipt) return x_done("POST /sandbox/pay: no receipt_id");
    auto call = post(
        "/v1/orders",
        R"({"item_id":")" + x_charge.item.id + R"(","receipt_id":")" + receipt->receipt_id + "\"}"
    );
    call.headers.emplace_back("authorization", x_charge.authorization(x_number));
    call.headers.emplace_back("idempotency-key", x_charge.merchant_order(x_number));
    if (!at_once()) call.headers.emplace_back("prefer", "wait=30");
    x_begin = SteadyClock::now();
    x_lane.server.send(std::move(call), [self = shared_from_this()](const http::Outcome& outcome) {
        self->placed(outcome);
    });
}

void Purchase::placed(const http::Outcome& outcome) {
    if (const auto fault = fault_of("POST /v1/orders", outcome, 201); !fault.empty())
        return x_done(fault);
    if (at_once()) x_lane.tally.latency("request", SteadyClock::now() - x_begin);
    const auto order = json::read<PlacedView>(outcome->body, json::Unknown::ignore);
    if (!order) return x_done("POST /v1/orders: no order");
    if (order->status == "SUCCESS") return succeed();
    if (!at_once() || order->status != "PAID")
        return x_done("POST /v1/orders: order " + order->status);
    http::Call call;
    call.target = "/v1/orders/" + order->id + "/stream";
    call.headers = {{"authorization", x_charge.authorization(x_number)}};
    call.timeout = longest;
    // The stream ends when the order is final, so that its whole body is the answer.
    x_lane.server.send(std::move(call), [self = shared_from_this()](const http::Outcome& events) {
        self->watched(events);
    });
}

void Purchase::watched(const http::Outcome& outcome) {
    if (const auto fault = fault_of("GET …/stream", outcome, 200); !fault.empty())
        return x_done(fault);
    const std::string_view events = outcome->body;
    const auto last = events.rfind("data: ");
    if (last == std::string_view::npos) return x_done("GET …/stream: no event");
    const auto text = events.substr(last + 6, events.find('\n', last) - last - 6);
    const auto order = json::read<PlacedView>(text, json::Unknown::ignore);
    if (!order) return x_done("GET …/stream: no order");
    if (order->status != "SUCCESS") return x_done("GET …/stream: order " + order->status);
    succeed();
}

void Purchase::succeed() {
    x_lane.tally.latency("to_success", SteadyClock::now() - x_begin);
    x_done({});
}

}  // namespace

std::unique_ptr<Scenario> charge(std::vector<std::string> tokens) {
    return std::make_unique<Charge>(std::move(tokens));
}

}  // namespace pay::bench

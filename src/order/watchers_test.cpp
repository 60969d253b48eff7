#include "order/watchers.hpp"

#include <doctest/doctest.h>

#include <future>

#include "order/answering.hpp"

using namespace pay;
using namespace pay::order;

namespace {

/// An order as its next change leaves it.
Order named(std::string id, Status status = Status::PENDING) {
    static std::int64_t version = 0;
    Order order;
    order.id = std::move(id);
    order.status = status;
    order.version = ++version;
    return order;
}

bool final(const Order& order) {
    return order.final();
}

Duration preferred(std::string text) {
    http::Request request;
    request.headers.emplace_back("prefer", std::move(text));
    return wait_preferred(request);
}

}  // namespace

TEST_CASE("a watch sees its order's changes until it has seen enough or goes") {
    Watchers watchers;
    int seen = 0;
    auto until_two = watchers.watch("a", [&](const Order&) { return ++seen == 2; });
    int others = 0;
    auto other = watchers.watch("b", [&](const Order&) { return ++others > 9; });
    for (int i = 0; i < 4; ++i) watchers.notify(named("a"));
    CHECK(seen == 2);
    CHECK(others == 0);
    watchers.notify(named("b"));
    other.reset();
    watchers.notify(named("b"));
    CHECK(others == 1);
}

TEST_CASE("a watch sees no change after a later one") {
    Watchers watchers;
    const Order older = named("a");
    const Order newer = named("a");
    std::vector<std::int64_t> versions;
    const auto watch = watchers.watch("a", [&](const Order& order) {
        versions.push_back(order.version);
        return false;
    });
    const auto second = watchers.watch("a", [](const Order&) { return false; });
    CHECK(watchers.watched() == std::vector<std::string>{"a"});
    for (const auto* order : {&newer, &older, &newer}) watchers.notify(*order);
    CHECK(versions == std::vector{newer.version, newer.version});
}

TEST_CASE("a watch may let go of itself and begin another while it is told") {
    Watchers watchers;
    std::shared_ptr<Watchers::Watch> own;
    std::shared_ptr<Watchers::Watch> next;
    int later = 0;
    own = watchers.watch("a", [&](const Order&) {
        next = watchers.watch("a", [&](const Order&) { return ++later > 0; });
        own.reset();
        return false;
    });
    watchers.notify(named("a"));
    watchers.notify(named("a"));
    CHECK(later == 1);
}

TEST_CASE("watches that went are swept though their orders never change again") {
    Watchers watchers;
    int seen = 0;
    const auto kept = watchers.watch("kept", [&](const Order&) { return ++seen > 9; });
    for (int i = 0; i < 10'000; ++i) {
        static_cast<void>(watchers.watch(std::to_string(i), [](const Order&) { return false; }));
        CHECK(watchers.size() <= 1'024);
    }
    watchers.notify(named("kept"));
    CHECK(seen == 1);
}

TEST_CASE("a wait ends by the order or by the clock, once") {
    http::Io io(1);
    const auto watchers = std::make_shared<Watchers>();
    std::promise<std::optional<Order>> changed;
    wait_for(watchers, io, "a", std::chrono::hours{1}, final, [&](std::optional<Order> order) {
        changed.set_value(std::move(order));
    });
    watchers->notify(named("a"));
    watchers->notify(named("a", Status::SUCCESS));
    watchers->notify(named("a", Status::SUCCESS));
    const auto order = changed.get_future().get();
    REQUIRE(order);
    CHECK(order->status == Status::SUCCESS);

    std::promise<std::optional<Order>> late;
    wait_for(watchers, io, "a", Duration{1}, final, [&](std::optional<Order> none) {
        late.set_value(std::move(none));
    });
    CHECK(!late.get_future().get());
    watchers->notify(named("a", Status::SUCCESS));
    io.stop();
}

TEST_CASE("a change ends a wait by the answer that was kept with it, once it is committed") {
    http::Io io(1);
    const auto watchers = std::make_shared<Watchers>();
    std::vector<std::string> ended;
    const auto close = [&](const Order& order) -> std::optional<Closing> {
        if (!order.final()) return std::nullopt;
        return Closing{{{}, order.id, {}, {}}, [&] { ended.emplace_back("kept"); }};
    };
    const auto closings_of = [&](const Order& order) {
        std::vector<Closing> closings;
        watchers->close(order, closings);
        return closings;
    };
    wait_for(
        watchers, io, "a", std::chrono::hours{1}, final,
        [&](const std::optional<Order>&) { ended.emplace_back("told"); }, close
    );
    CHECK(closings_of(named("a")).empty());
    CHECK(closings_of(named("b", Status::SUCCESS)).empty());
    const Order done = named("a", Status::SUCCESS);
    closings_of(done);  // a transaction that is not committed
    CHECK(ended.empty());
    const auto closings = closings_of(done);
    REQUIRE(closings.size() == 1);
    CHECK(closings[0].entry.resource_id == "a");
    SUBCASE("committed") {
        closings[0].send();
        watchers->notify(done);
        CHECK(ended == std::vector<std::string>{"kept"});
    }
    SUBCASE("ended otherwise before") {
        watchers->notify(done);
        closings[0].send();
        CHECK(ended == std::vector<std::string>{"told"});
    }
    io.stop();
}

TEST_CASE("Prefer: wait") {
    using std::chrono::seconds;
    CHECK(preferred("wait=5") == seconds{5});
    CHECK(preferred("respond-async, wait=7") == seconds{7});
    CHECK(preferred("wait=31") == seconds{30});
    CHECK(preferred("wait=0") == seconds{0});
    for (const auto* text :
         {"", "wait", "wait=", "wait=-1", "wait=x", "waits=5", "wait=99999999999999"}) {
        CHECK(preferred(text) == seconds{0});
    }
    CHECK(wait_preferred(http::Request{}) == seconds{0});
}

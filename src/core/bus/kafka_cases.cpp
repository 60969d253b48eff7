#include "core/bus/kafka_cases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <span>

namespace pay::bus {
namespace {

std::vector<std::string> sorted(std::vector<std::string> ids) {
    std::ranges::sort(ids);
    return ids;
}

std::string header_of(const Message& message, std::string_view name) {
    for (const auto& [header, value] : message.headers) {
        if (header == name) return value;
    }
    return {};
}

std::set<std::string> ids_of(std::span<Desk> desks) {
    std::set<std::string> ids;
    for (auto& desk : desks) {
        for (auto& id : desk.ids()) ids.insert(std::move(id));
    }
    return ids;
}

void messages_come_back_whole(Brokers& brokers) {
    Site site(brokers);
    Desk desk;
    auto bus = site.open({.service = "order"});
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    CHECK(bus->wanted("whatever"));
    const Message sent{
        .id = "msg_1",
        .topic = site.topic,
        .key = "reader 1",
        .type = "point.credit",
        .payload = R"({"note":"연재 🍀"})",
        .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        .time = from_epoch_ms(1'772'414'130'123),
        .headers = {{"dead_reason", "작가"}, {"dead_attempts", "7"}},
    };
    wait_until([&] { return publish_one(*bus, sent); });
    const auto got = desk.wait_for(1).front();
    CHECK(got.id == sent.id);
    CHECK(got.topic == sent.topic);
    CHECK(got.key == sent.key);
    CHECK(got.type == sent.type);
    CHECK(got.payload == sent.payload);
    CHECK(got.traceparent == sent.traceparent);
    CHECK(got.time == sent.time);
    CHECK(got.headers.size() == 3);
    CHECK(header_of(got, "ce_source") == "payments/order");
    CHECK(header_of(got, "dead_reason") == "작가");
    CHECK(header_of(got, "dead_attempts") == "7");
    CHECK_FALSE(bus->fault());

    Message forwarded = got;
    forwarded.id = "msg_2";
    forwarded.payload = {};
    forwarded.headers = {{"ce_source", "elsewhere"}};
    CHECK(publish_one(*bus, forwarded));
    const auto last = desk.wait_for(2).back();
    CHECK(last.headers == forwarded.headers);
    CHECK(last.payload.empty());
}

void a_message_that_is_too_large_is_no_fault(Brokers& brokers) {
    Site site(brokers);
    auto bus = site.open();
    site.publish(*bus, 1);
    const Message large{.id = "l", .topic = site.topic, .payload = std::string(2'000'000, 'x')};
    CHECK_FALSE(publish_one(*bus, large));
    CHECK_FALSE(bus->fault());
    CHECK(site.metrics.text().find("payments_kafka_failed_total 1") != std::string::npos);
}

void what_is_not_handled_comes_to_the_next(Brokers& brokers) {
    Site site(brokers, 1);
    Desk first(std::nullopt);
    {
        auto bus = site.open();
        bus->subscribe({site.topic, "point", first.handler()});
        bus->start();
        site.publish(*bus, 6);
        first.wait_for(6);
        // Out of order: what stands before 2 is handled, of what comes after it a part.
        for (const auto* id : {"4", "1", "0", "5"}) first.answer(id, Verdict::done);
    }
    Desk second;
    {
        auto bus = site.open();
        bus->subscribe({site.topic, "point", second.handler()});
        bus->start();
        second.wait_for(4);
        CHECK(second.ids() == std::vector<std::string>{"2", "3", "4", "5"});
    }
    first.answer_all(Verdict::done);  // much too late, and to nobody
    Desk third;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", third.handler()});
    bus->start();
    site.publish(*bus, 1);
    CHECK(third.wait_for(1).front().id == "6");
    CHECK(third.count() == 1);
}

void stopping_remembers_what_is_in_hand(Brokers& brokers) {
    Site site(brokers, 1);
    Desk first(std::nullopt);
    {
        auto bus = site.open();
        bus->subscribe({site.topic, "point", first.handler()});
        bus->start();
        site.publish(*bus, 2);
        first.wait_for(2);
        bus->stop();
        site.publish(*bus, 2);  // publishing still works
        first.answer_all(Verdict::done);
    }
    CHECK(first.count() == 2);
    Desk second;
    auto bus = site.open();
    bus->subscribe({site.topic, "point", second.handler()});
    bus->start();
    second.wait_for(2);
    CHECK(second.ids() == std::vector<std::string>{"2", "3"});
}

void a_message_is_repeated_without_holding_up_others(Brokers& brokers) {
    Site site(brokers, 1);
    Desk desk;
    std::atomic<int> attempts = 0;
    auto bus = site.open();
    bus->subscribe(
        {site.topic, "point",
         [&, keep = desk.handler()](auto& message, Handled handled) {
             if (message.id == "0" && ++attempts < 4) return handled(Verdict::retry);
             keep(message, std::move(handled));
         }}
    );
    bus->start();
    site.publish(*bus, 3);
    desk.wait_for(3);
    CHECK(desk.ids().back() == "0");
    CHECK(attempts == 4);
    CHECK(
        site.metrics.text().find(R"(payments_kafka_redelivered_total{group="point"} 3)") !=
        std::string::npos
    );
}

void each_group_gets_every_message(Brokers& brokers) {
    Site site(brokers);
    Desk order;
    Desk point;
    auto bus = site.open();
    bus->subscribe({site.topic, "order", order.handler()});
    bus->subscribe({site.topic, "point", point.handler()});
    bus->start();
    site.publish(*bus, 5);
    order.wait_for(5);
    point.wait_for(5);
    CHECK(sorted(order.ids()) == sorted(point.ids()));
}

void a_whole_topic_is_read_at_each_start(Brokers& brokers) {
    Site site(brokers);
    {
        auto bus = site.open();
        site.publish(*bus, 8);
    }
    std::atomic<int> caught_up = 0;
    {
        Desk desk(std::nullopt);
        auto bus = site.open();
        bus->subscribe({site.topic, "order", desk.handler(), Reading::whole, [&] { ++caught_up; }});
        bus->start();
        desk.wait_for(8);
        for (const auto* id : {"0", "1", "2", "3", "4", "5", "6"}) desk.answer(id, Verdict::done);
        desk.answer("7", Verdict::retry);
        desk.wait_for(9);
        CHECK(caught_up == 0);
        desk.answer_all(Verdict::done);
        wait_until([&] { return caught_up == 1; });
        site.publish(*bus, 1);
        desk.wait_for(10);
        CHECK(desk.ids().back() == "8");
    }
    CHECK(caught_up == 1);
    Desk again;
    auto bus = site.open();
    bus->subscribe({site.topic, "order", again.handler(), Reading::whole, [&] { ++caught_up; }});
    bus->start();
    wait_until([&] { return caught_up == 2; });
    CHECK(again.count() == 9);
}

void who_reads_an_empty_topic_whole_has_caught_up(Brokers& brokers) {
    Site site(brokers);
    Desk desk;
    std::atomic<int> caught_up = 0;
    auto bus = site.open();
    bus->subscribe({site.topic, "order", desk.handler(), Reading::whole, [&] { ++caught_up; }});
    bus->start();
    wait_until([&] { return caught_up == 1; });
    site.publish(*bus, 1);
    desk.wait_for(1);
    CHECK(caught_up == 1);
}

void members_share_and_take_over(Brokers& brokers) {
    Site site(brokers);
    std::array<Desk, 2> desks;
    auto first = site.open();
    first->subscribe({site.topic, "point", desks[0].handler()});
    first->start();
    site.publish(*first, 8);
    desks[0].wait_for(8);
    {
        auto second = site.open();
        second->subscribe({site.topic, "point", desks[1].handler()});
        second->start();
        // Until the partitions are shared, all goes to the first.
        wait_until([&] {
            site.publish(*first, 1);
            return desks[1].count() > 0;
        });
        const auto before = desks[0].count();
        wait_until([&] {
            site.publish(*first, 1);
            return desks[0].count() > before;
        });
        first.reset();
        site.publish(*second, 8);
        // Not by their number: what the first could not commit comes to the second again.
        wait_until([&] { return ids_of(desks).size() == site.published(); });
    }
    // Everything was handled, so that nothing came twice.
    if (brokers.commits_while_rebalancing()) {
        CHECK(desks[0].count() + desks[1].count() == site.published());
    }
}

void reading_pauses_while_handlers_are_behind(Brokers& brokers) {
    Site site(brokers);
    Desk desk(std::nullopt);
    auto bus = site.open({.unhandled_max = 10});
    bus->subscribe({site.topic, "point", desk.handler()});
    bus->start();
    site.publish(*bus, 40);
    desk.wait_for(10);
    // Another group reads on while this one is paused: long enough for more to come.
    Desk other;
    auto second = site.open();
    second->subscribe({site.topic, "order", other.handler()});
    second->start();
    other.wait_for(40);
    CHECK(desk.count() == 10);
    desk.answer_from_now_on(Verdict::done);
    desk.wait_for(40);
    CHECK(desk.count() == 40);
}

}  // namespace

const std::vector<KafkaCase>& kafka_cases() {
    static const std::vector<KafkaCase> cases{
        {"messages come back whole", messages_come_back_whole},
        {"a message that is too large is no fault", a_message_that_is_too_large_is_no_fault},
        {"what is not handled comes to the next", what_is_not_handled_comes_to_the_next},
        {"stopping remembers what is in hand", stopping_remembers_what_is_in_hand},
        {"a message is repeated without holding up others",
         a_message_is_repeated_without_holding_up_others},
        {"each group gets every message", each_group_gets_every_message},
        {"a whole topic is read at each start", a_whole_topic_is_read_at_each_start},
        {"who reads an empty topic whole has caught up",
         who_reads_an_empty_topic_whole_has_caught_up},
        {"members share and take over", members_share_and_take_over},
        {"reading pauses while handlers are behind", reading_pauses_while_handlers_are_behind},
    };
    return cases;
}

}  // namespace pay::bus

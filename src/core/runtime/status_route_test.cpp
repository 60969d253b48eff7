#include "core/runtime/status_route.hpp"

#include <doctest/doctest.h>

#include "core/dead_letter/office.hpp"
#include "core/json/read.hpp"

using namespace pay;
using namespace pay::dead_letter::test;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a service tells operators what waits in it, and nobody else") {
    Office office;
    office.script([](const bus::Message&) { return dead_letter::refused("it is bad"); });
    CHECK(office.publish("bad").get());
    CHECK(office.front->get("kim", "/v1/admin/tally/status").status == 403);
    CHECK(office.front->get("root", "/v1/admin/tally/status?x=1").status == 400);
    const auto status = office.front->get("root", "/v1/admin/tally/status");
    REQUIRE(status.status == 200);
    CAPTURE(status.body);
    CHECK(has(status.body, R"("service":"tally")"));
    CHECK(has(status.body, R"("instance":"office-1")"));
    CHECK(has(status.body, R"("started_at":")" + to_rfc3339(office.clock->now())));
    CHECK(has(status.body, R"("dead_letters":1)"));
    CHECK(has(status.body, R"("consumers":[])"));
    CHECK(has(status.body, R"("name":"office-1")"));
    CHECK_FALSE(has(status.body, R"("version":"")"));
}

TEST_CASE("what the bus has not taken yet waits in the outbox") {
    Office office;
    auto connection = office.engine->database().connect(sql::Mode::read_write);
    CHECK(outbox::waiting(*connection).parcels == 0);
    CHECK_FALSE(outbox::waiting(*connection).oldest_at);
    bus::Message message;
    message.id = "msg_1";
    message.topic = "nobody.reads";
    sql::Transaction transaction(*connection);
    static_cast<void>(outbox::append(transaction, "other", {message}, office.clock->now()));
    message.id = "msg_2";
    static_cast<void>(
        outbox::append(transaction, "other", {message}, office.clock->now() + Duration{5})
    );
    transaction.commit();
    const auto waiting = outbox::waiting(*connection);
    CHECK(waiting.parcels == 2);
    CHECK(waiting.oldest_at == office.clock->now());
}

#include "core/outbox/parcel.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::outbox;

namespace {

bus::Message message(std::string id, std::string payload) {
    bus::Message made;
    made.id = std::move(id);
    made.topic = "payments.point.commands";
    made.key = "kim";
    made.type = "point.credit";
    made.payload = std::move(payload);
    made.traceparent = "00-trace";
    made.time = from_epoch_ms(1'772'414'130'007);
    return made;
}

}  // namespace

TEST_CASE("what is packed is unpacked, whatever its bytes") {
    std::vector<bus::Message> sent{message("msg_1", R"({"points":500})"), message("msg_2", "")};
    sent.push_back(message("msg_3", std::string("1:,\0\xff\xfe 9:", 10)));
    sent.back().headers = {{"dead-reason", "포인트"}, {"x", ""}};
    const auto read = unpack(pack(sent));
    REQUIRE(read);
    REQUIRE(read->size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const auto& left = sent[i];
        const auto& right = (*read)[i];
        CHECK(left.id == right.id);
        CHECK(left.topic == right.topic);
        CHECK(left.key == right.key);
        CHECK(left.type == right.type);
        CHECK(left.payload == right.payload);
        CHECK(left.traceparent == right.traceparent);
        CHECK(left.time == right.time);
        CHECK(left.headers == right.headers);
    }
}

TEST_CASE("what is no parcel is told") {
    const auto good = pack(std::vector{message("msg_1", "{}")});
    CHECK(!unpack(""));
    CHECK(!unpack("5:a,"));
    CHECK(!unpack("-1:a,"));
    CHECK(!unpack("18446744073709551615:a,"));
    CHECK(!unpack("nonsense"));
    CHECK(!unpack(good + "5:hello,"));
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        CHECK(!unpack(good.substr(0, size)));
    }
}

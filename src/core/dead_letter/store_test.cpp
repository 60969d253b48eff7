#include "core/dead_letter/store.hpp"

#include <doctest/doctest.h>

#include <future>

#include "core/dead_letter/bytes.hpp"
#include "core/ident/ident.hpp"
#include "core/sql/scratch.hpp"

using namespace pay;
using namespace pay::dead_letter;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

struct Shelf {
    Shelf() { sql::migrate(*connection, schema); }

    static Letter letter(const std::string& message_id, const std::string& key = "kim") {
        Letter made;
        made.id = make_id(id_prefix, noon);
        made.message = {message_id, "tally.commands", key, "add", "{}", "00-trace", noon};
        made.reason = "it is broken";
        made.attempts = 5;
        made.parked_at = noon;
        made.lane = lane_of(made.message);
        return made;
    }
    std::vector<std::string> park(std::vector<Letter> letters) {
        sql::Transaction transaction(*connection);
        auto ids = dead_letter::park(transaction, std::move(letters));
        transaction.commit();
        return ids;
    }

    std::unique_ptr<sql::Connection> connect() {
        return storage->database("tally")->connect(sql::Mode::read_write);
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Connection> connection = connect();
};

}  // namespace

TEST_CASE("a letter comes back as it was parked, whatever bytes it holds") {
    Shelf shelf;
    auto letter = shelf.letter("msg_1", std::string("k\xff\0y", 4));
    letter.message.type = "\xc3";
    letter.message.traceparent = "\x80";
    letter.message.payload = std::string(1 << 20, '\xfe') + std::string("\0\n", 2);
    letter.message.headers = {{"ce_source", "elsewhere"}, {"odd", "a\xff"}};
    REQUIRE(shelf.park({letter}).size() == 1);
    const auto found = find(*shelf.connection, letter.id);
    REQUIRE(found);
    CHECK(found->message.key == letter.message.key);
    CHECK(found->message.type == letter.message.type);
    CHECK(found->message.traceparent == letter.message.traceparent);
    CHECK(found->message.payload == letter.message.payload);
    CHECK(found->message.time == noon);
    CHECK(found->reason == letter.reason);
    CHECK(found->attempts == 5);
    CHECK(found->parked_at == noon);
    // A header's value is text on every bus: what is none is marked.
    CHECK(found->message.headers[0].second == "elsewhere");
    CHECK(found->message.headers[1].second == "a\uFFFD");
    CHECK_FALSE(find(*shelf.connection, make_id(id_prefix, noon)));
}

TEST_CASE("a lane keeps its order, and a message is in it once") {
    Shelf shelf;
    const auto first = shelf.letter("msg_1");
    const auto second = shelf.letter("msg_2");
    const auto third = shelf.letter("msg_3");
    CHECK(shelf.park({first, second, shelf.letter("msg_1")}).size() == 2);
    CHECK(shelf.park({shelf.letter("msg_2"), third}) == std::vector{third.id});
    CHECK(shelf.park({shelf.letter("msg_4", "lee")}).size() == 1);
    CHECK(count_by_lane(*shelf.connection).at(first.lane) == 3);
    CHECK(count_by_lane(*shelf.connection).size() == 2);

    const auto head = find(*shelf.connection, first.id);
    CHECK(count_behind(*shelf.connection, head->lane, head->place) == 2);
    const auto next = find_next(*shelf.connection, head->lane, head->place);
    CHECK(next->id == second.id);
    CHECK(find_next(*shelf.connection, next->lane, next->place)->id == third.id);

    sql::Transaction transaction(*shelf.connection);
    update_failure(transaction, first.id, "still broken", 6);
    CHECK(remove(transaction, second.id));
    CHECK_FALSE(remove(transaction, second.id));
    CHECK(count(transaction, first.lane) == 2);
    transaction.commit();
    CHECK(find(*shelf.connection, first.id)->reason == "still broken");
    CHECK(find(*shelf.connection, first.id)->attempts == 6);
    CHECK(find_next(*shelf.connection, head->lane, head->place)->id == third.id);
}

TEST_CASE("instances that park in different lanes do not wait for each other") {
    if (!sql::Scratch::on_server()) return;  // elsewhere there is one
    Shelf shelf;
    const auto kims = shelf.letter("msg_1");
    shelf.park({kims, shelf.letter("msg_5", "jo")});
    const auto other = shelf.connect();
    other->execute("SET SESSION innodb_lock_wait_timeout = 1");
    sql::Transaction slow(*shelf.connection);
    CHECK(park(slow, {shelf.letter("msg_2")}).size() == 1);
    CHECK(remove(slow, kims.id));
    sql::Transaction quick(*other);
    CHECK(park(quick, {shelf.letter("msg_3", "lee")}).size() == 1);
    CHECK(park(quick, {shelf.letter("msg_6", "jo")}).size() == 1);
    quick.commit();
    slow.commit();
    CHECK(count_by_lane(*other).size() == 3);
}

TEST_CASE("of two instances that park a message at once the slower finds it parked") {
    if (!sql::Scratch::on_server()) return;
    Shelf shelf;
    const auto other = shelf.connect();
    sql::Transaction slow(*shelf.connection);
    CHECK(park(slow, {shelf.letter("msg_1")}).size() == 1);
    auto second = std::async(std::launch::async, [&] {
        try {
            sql::Transaction transaction(*other);
            return park(transaction, {shelf.letter("msg_1")}).size();
        } catch (const sql::Conflict&) {
            return std::size_t{0};  // it is to run again
        }
    });
    slow.commit();
    CHECK(second.get() == 0);
    CHECK(shelf.park({shelf.letter("msg_1")}).empty());
    CHECK(count_by_lane(*other).size() == 1);
}

TEST_CASE("ids longer than their column are told apart") {
    Shelf shelf;
    const std::string longest(512, 'm');
    CHECK(shelf.park({shelf.letter(longest + "1"), shelf.letter(longest + "2")}).size() == 2);
    CHECK(shelf.park({shelf.letter(longest), shelf.letter(longest + "2")}).size() == 1);
    CHECK(list(*shelf.connection, "zzzz", 10).front().message.id.size() == 512);
}

TEST_CASE("a message without a key stands alone") {
    bus::Message one{"msg_1", "tally.commands", "", "add", "", "", noon};
    bus::Message other{"msg_2", "tally.commands", "", "add", "", "", noon};
    CHECK(lane_of(one) != lane_of(other));
    one.key = other.key = "kim";
    CHECK(lane_of(one) == lane_of(other));
    other.topic = "tally.other";
    CHECK(lane_of(one) != lane_of(other));
}

TEST_CASE("bytes are made fit for JSON") {
    CHECK(readable("한글") == "한글");
    CHECK(readable("a\xff\xc3") == "a\uFFFD\uFFFD");
    CHECK(to_base64("") == "");
    CHECK(to_base64("f") == "Zg==");
    CHECK(to_base64("fo") == "Zm8=");
    CHECK(to_base64("foo") == "Zm9v");
    CHECK(to_base64("foobar\xff") == "Zm9vYmFy/w==");
    for (const std::string bytes : {"", "f", "fo", "foo", "foobar\xff"}) {
        CHECK(from_base64(to_base64(bytes)) == bytes);
    }
    for (const auto* text : {"Zg", "Zg=", "Zh==", "Z===", "=", "Zg==Zg==", "Zm9v\n", "Zm-_"}) {
        CAPTURE(text);
        CHECK(!from_base64(text));
    }
}

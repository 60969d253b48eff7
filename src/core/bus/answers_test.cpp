#include "core/bus/answers.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::bus;

TEST_CASE("a reply says which message it answers, if that one stood anywhere") {
    Message asked;
    CHECK(answers_to(asked).empty());
    asked.place = Place{3, 12};
    asked.time = from_epoch_ms(1'772'414'130'000);
    Message reply;
    CHECK_FALSE(answers_of(reply));
    reply.headers.emplace_back("answers", answers_to(asked));
    CHECK(answers_of(reply) == Answers{{3, 12}, asked.time});
}

TEST_CASE("what others wrote into the header is no answer") {
    for (const auto* text : {"", "3", "3/12", "3/12/", "3/12/4x", "a/1/2", "1/-2/3", "1/2/3/4"}) {
        Message reply;
        reply.headers.emplace_back("answers", text);
        CAPTURE(text);
        CHECK_FALSE(answers_of(reply));
    }
}

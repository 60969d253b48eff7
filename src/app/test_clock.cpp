#include "app/test_clock.hpp"

#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/log/log.hpp"

namespace pay::app {

static_assert(json::whole<ClockView>);
static_assert(json::whole<AdvanceBody>);

namespace {

constexpr std::int64_t longest_advance_s = 10LL * 366 * 24 * 60 * 60;

http::Response shown(const Clock& clock) {
    return http::json_response(200, json::to_text(ClockView{to_rfc3339(clock.now())}));
}

Result<AdvanceBody> read_advance(std::string_view body) {
    auto advance = json::read<AdvanceBody>(body, json::Unknown::refuse);
    if (!advance) return advance;
    if (advance->advance_s >= 0 && advance->advance_s <= longest_advance_s) return advance;
    return Error{
        Code::invalid,
        {},
        {{"advance_s",
          {"It must be whole seconds from 0 to 316224000.", "0~316224000의 정수(초)여야 합니다."}}},
        {}
    };
}

}  // namespace

std::vector<http::Route> test_clock_routes(const std::shared_ptr<AdvancingClock>& clock) {
    using http::Access;
    using http::Request;
    using http::Responder;
    return {
        {http::Method::get, "/v1/test/clock", Access::admin,
         [clock](const Request&, Responder responder) { responder.send(shown(*clock)); }},
        {http::Method::post, "/v1/test/clock", Access::admin,
         [clock](const Request& request, Responder responder) {
             const auto body = read_advance(request.body);
             if (!body) return responder.refuse(body.error());
             clock->advance(std::chrono::seconds{body->advance_s});
             log::warn("the test clock is advanced", {{"seconds", body->advance_s}});
             responder.send(shown(*clock));
         }},
    };
}

}  // namespace pay::app

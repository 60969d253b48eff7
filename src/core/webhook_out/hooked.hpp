#pragma once

#include <boost/json.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/http/test_tls_server.hpp"
#include "core/runtime/engine.hpp"
#include "core/sql/one_of_many.hpp"
#include "core/sql/scratch.hpp"
#include "core/webhook_out/store.hpp"
#include "core/writer/tally.hpp"
#include "ground.hpp"

/// A service that sends webhooks, and somebody who gets them, for tests.
namespace pay::webhook_out::test {

/// Waits until it holds: for rows, which tell nobody that they are written.
template <class Holds>
bool until(Holds holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

/// Gets webhooks and answers with what it is told to, in turn; the last answer for ever.
class Receiver {
 public:
    explicit Receiver(std::vector<std::string> answers = {http::test::answer_text("200 OK")})
        : x_answers(std::move(answers)) {}

    std::string url(const std::string& target = "/hook") { return x_server.url(target); }
    std::vector<std::string> wait_for(std::size_t count) {
        std::unique_lock lock(x_mutex);
        const auto enough = [&] { return x_requests.size() >= count; };
        if (!x_came.wait_for(lock, std::chrono::seconds{20}, enough)) {
            throw std::runtime_error("too few webhooks came");
        }
        return x_requests;
    }
    std::size_t count() {
        const std::lock_guard lock(x_mutex);
        return x_requests.size();
    }

 private:
    std::string take(const std::string& request) {
        const std::lock_guard lock(x_mutex);
        x_requests.push_back(request);
        x_came.notify_all();
        const auto turn = std::min(x_requests.size(), x_answers.size()) - 1;
        return x_answers[turn];
    }

    std::mutex x_mutex;
    std::condition_variable x_came;
    const std::vector<std::string> x_answers;
    std::vector<std::string> x_requests;
    http::test::TlsServer x_server{[this](const std::string& request) { return take(request); }};
};

/// The value of a header in the text of a request.
inline std::string header_in(const std::string& request, const std::string& name) {
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}
inline std::string body_in(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

struct Ground {
    sql::Scratch scratch;
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'414'130'000));
};

inline Settings local(Duration timeout = Duration{20'000}) {
    return {.allowed = {"127.0.0.0/8"}, .timeout = timeout, .tick = Duration{5}, .at_once = 4};
}

struct Hooked {
    explicit Hooked(
        Ground& its_ground, Settings its_settings = local(), const std::string& its_name = "a",
        bool shared = false
    )
        : ground(its_ground),
          settings(std::move(its_settings)),
          name(its_name),
          storage(ground.scratch.url(), shared) {
        open();
    }
    ~Hooked() { close(); }

    void open() {
        io = std::make_unique<http::Io>(2);
        bus = std::make_unique<bus::Local>();
        Context context{storage, *bus, *io, metrics, ground.clock, name, {}, settings};
        engine = std::make_unique<Engine<pay::test::Tally>>(
            context, "tally", pay::test::tally_schema, tally,
            Source{"tally", "tally.events", {"tally.added", "tally.gone"}}
        );
        front = std::make_unique<pay::test::Front>(ground.clock, engine->operator_routes());
        engine->start();
        bus->start();
    }
    void close() {
        if (!engine) return;
        engine->stop_sending();
        engine->stop();
        io->stop();
        front.reset();
        engine.reset();
        bus.reset();
        io.reset();
    }

    /// A change that tells an event; when it is committed.
    void tell() {
        std::promise<void> done;
        Writer<pay::test::Tally>::Job job{pay::test::Add{"a", 1, false, true}, {}};
        job.done = [&](const Result<std::int64_t>& result) {
            CHECK(result);
            done.set_value();
        };
        engine->writer().submit(std::move(job));
        done.get_future().wait();
    }

    http::Response post(
        const std::string& below, const std::string& body, const std::string& key = "",
        const std::string& who = "root"
    ) {
        return front->ask(http::Method::post, who, path(below), body, key);
    }
    http::Response patch(const std::string& below, const std::string& body) {
        return front->ask(http::Method::patch, "root", path(below), body);
    }
    http::Response get(const std::string& below = "", const std::string& who = "root") {
        return front->get(who, path(below));
    }
    static std::string path(const std::string& below) {
        return "/v1/admin/tally/webhook-endpoints" + below;
    }
    static std::string text_in(const http::Response& response, std::string_view field) {
        const auto body = boost::json::parse(response.body);
        const auto* const value = body.as_object().if_contains(field);
        return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
    }
    /// An endpoint; its secret is kept.
    std::string add_endpoint(const std::string& url, const std::string& events = R"(["*"])") {
        const auto answer =
            post("", R"({"url":")" + url + R"(","events":)" + events + R"(,"reason":"r"})");
        REQUIRE(answer.status == 201);
        secret = text_in(answer, "secret");
        return text_in(answer, "id");
    }

    std::unique_ptr<sql::Connection> connect() {
        return engine->database().connect(sql::Mode::read_only);
    }
    std::vector<Delivery> deliveries(const std::string& endpoint_id) {
        return list_deliveries(*connect(), endpoint_id, {}, {.limit = 100});
    }
    /// The newest delivery, once it has been tried so often.
    Delivery tried(const std::string& endpoint_id, std::int64_t attempts) {
        Delivery found;
        CHECK(until([&] {
            const auto all = deliveries(endpoint_id);
            if (all.empty() || all.front().attempts < attempts) return false;
            found = all.front();
            return true;
        }));
        return found;
    }

    Ground& ground;
    const Settings settings;
    const std::string name;
    sql::OneOfMany storage;
    metrics::Metrics metrics;
    pay::test::Tally tally;
    std::unique_ptr<http::Io> io;
    std::unique_ptr<bus::Local> bus;
    std::unique_ptr<Engine<pay::test::Tally>> engine;
    std::unique_ptr<pay::test::Front> front;
    std::string secret;
};

}  // namespace pay::webhook_out::test

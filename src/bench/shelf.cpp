#include "bench/shelf.hpp"

#include "core/json/read.hpp"

namespace pay::bench {

/// Of the answer, what is looked at.
struct MadeView {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(MadeView, (), (id))
static_assert(json::whole<MadeView>);

namespace {

constexpr std::chrono::milliseconds pause{20};
constexpr int most_questions = 500;

}  // namespace

/// Kept alive by the calls and the timer it waits for.
class Shelf::Making : public std::enable_shared_from_this<Making> {
 public:
    Making(Shelf& shelf, Client& client) : x_shelf(shelf), x_client(client) {}

    void begin(std::uint64_t number) {
        const auto name = x_shelf.x_name + '/' + std::to_string(number);
        send(
            "/v1/items", R"({"kind":"content","name":")" + name + R"(","point_price":1})",
            &Making::made
        );
    }

 private:
    using Next = void (Making::*)(const http::Outcome& outcome);

    void send(std::string target, std::string body, Next next) {
        http::Call call;
        call.method = http::Method::post;
        call.target = std::move(target);
        call.headers = {
            {"content-type", "application/json"}, {"authorization", x_shelf.x_authorization}
        };
        call.body = std::move(body);
        x_client.lane().server.send(
            std::move(call), [self = shared_from_this(),
                              next](const http::Outcome& outcome) { (self.get()->*next)(outcome); }
        );
    }

    void made(const http::Outcome& outcome) {
        if (const auto fault = fault_of("POST /v1/items", outcome, 201); !fault.empty())
            return x_client.done(fault);
        auto item = json::read<MadeView>(outcome->body, json::Unknown::ignore);
        if (!item) return x_client.done("POST /v1/items: no item");
        x_id = std::move(item->id);
        ask();
    }

    /// An order that is refused either way: as not sold for money once the item is known.
    void ask() {
        send(
            "/v1/orders", R"({"item_id":")" + x_id + R"(","payment_method":"bootpay"})",
            &Making::asked
        );
    }

    void asked(const http::Outcome& outcome) {
        const bool unknown = outcome && outcome->status == 404;
        if (unknown && ++x_questions < most_questions) {
            x_timer = x_client.lane().io.after(pause, [self = shared_from_this()] { self->ask(); });
            return;
        }
        const auto fault = fault_of("POST /v1/orders of new content", outcome, 422);
        if (fault.empty()) x_shelf.add(std::move(x_id));
        x_timer.reset();
        x_client.done(fault);
    }

    Shelf& x_shelf;
    Client& x_client;
    std::string x_id;
    int x_questions = 0;
    std::shared_ptr<http::Io::Timer> x_timer;
};

void Shelf::step(Client& client, std::uint64_t number) {
    std::make_shared<Making>(*this, client)->begin(number);
}

void Shelf::add(std::string id) {
    const std::lock_guard lock(x_mutex);
    x_contents.push_back(std::move(id));
}

}  // namespace pay::bench

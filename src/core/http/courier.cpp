#include "core/http/courier.hpp"

#include <boost/asio/post.hpp>
#include <unordered_set>

#include "core/http/address_guard.hpp"
#include "core/http/connection.hpp"
#include "core/http/request_text.hpp"
#include "core/http/tls.hpp"

namespace pay::http {
namespace {

const std::string stopped = "this process stopped";

}  // namespace

/// The calls of some hosts. All of it lives on one loop, so nothing is locked.
struct Courier::Lane : std::enable_shared_from_this<Lane> {
    Lane(Io::Context& context, Loop& its_loop, CourierOptions chosen)
        : io(context), loop(its_loop), options(std::move(chosen)), guard(options.allowed) {}

    struct Trip {
        Trip(Loop& its_loop, Letter its_letter, std::move_only_function<void(Outcome)> its_done)
            : letter(std::move(its_letter)), done(std::move(its_done)), deadline(its_loop) {}
        Letter letter;
        std::move_only_function<void(Outcome)> done;
        SteadyTimer deadline;
        HttpsUrl url{};
        std::shared_ptr<Connection> connection{};
    };
    using TripPtr = std::shared_ptr<Trip>;

    void begin(Letter letter, std::move_only_function<void(Outcome)> done) {
        const auto trip = std::make_shared<Trip>(loop, std::move(letter), std::move(done));
        trips.insert(trip);
        if (ended) return finish(trip, std::unexpected(stopped));
        auto url = parse_https_url(trip->letter.url);
        if (!url) return finish(trip, std::unexpected("its URL is none that may be called"));
        trip->url = std::move(*url);
        trip->deadline.expires_after(options.timeout);
        trip->deadline.async_wait([self = shared_from_this(), trip](error_code canceled) {
            if (canceled) return;
            const auto limit = std::to_string(self->options.timeout.count());
            self->finish(trip, std::unexpected("no answer within " + limit + " ms"));
        });
        connect(trip);
    }

    void connect(const TripPtr& trip) {
        try {
            if (!tls) tls.emplace(make_client_tls());  // reads the authorities, once one is needed
        } catch (const std::exception&) {
            return finish(trip, std::unexpected("the authorities of certificates cannot be read"));
        }
        const Connection::Target target{
            .base = trip->url.base,
            .tls = &*tls,
            .answer_limit = options.answer_limit,
            .guard = &guard,
            .cuts = true
        };
        trip->connection = std::make_shared<Connection>(loop, target);
        // Twice the time: the deadline of the whole call comes first.
        trip->connection->connect(
            options.timeout * 2,
            [self = shared_from_this(), trip](bool good) {
                if (good) return self->exchange(trip);
                self->finish(trip, std::unexpected(trip->connection->fault()));
            }
        );
    }

    void exchange(const TripPtr& trip) {
        const Call call{
            .method = Method::post,
            .target = trip->url.target,
            .headers = trip->letter.headers,
            .body = trip->letter.body
        };
        if (!well_formed(call)) return finish(trip, std::unexpected("it cannot be written"));
        trip->connection->exchange(
            request_text(trip->url.base, call), false,
            [self = shared_from_this(), trip](Connection::Ended how) {
                if (how.answer) return self->finish(trip, std::move(*how.answer));
                const bool wrong = how.answered;
                self->finish(
                    trip, std::unexpected(
                              wrong ? "what was answered is not HTTP, or it broke off"
                                    : "the connection ended without an answer"
                          )
                );
            }
        );
    }

    void finish(const TripPtr& trip, Outcome outcome) {
        if (trips.erase(trip) == 0) return;
        trip->deadline.cancel();
        if (auto connection = std::exchange(trip->connection, nullptr)) connection->close();
        std::exchange(trip->done, nullptr)(std::move(outcome));
    }

    void end_all() {
        ended = true;
        for (const auto& trip : std::vector(trips.begin(), trips.end())) {
            finish(trip, std::unexpected(stopped));
        }
    }

    void stop() {
        io.run_on(loop, [this] { end_all(); });
    }

    Io::Context& io;
    Loop& loop;
    const CourierOptions options;
    const AddressGuard guard;
    std::optional<asio::ssl::context> tls;
    std::unordered_set<TripPtr> trips;
    bool ended = false;
};

Courier::Courier(Io& io, const CourierOptions& options) {
    auto& context = io.context();
    for (const auto& loop : context.loops) {
        x_lanes.push_back(std::make_shared<Lane>(context, *loop, options));
    }
}

Courier::~Courier() {
    stop();
}

void Courier::stop() {
    for (const auto& lane : x_lanes) lane->stop();
}

/// Hosts get lanes in turn and keep them: with no more hosts than lanes each has its own.
Courier::Lane& Courier::lane_of(const std::string& url) {
    const auto parsed = parse_https_url(url);
    const std::lock_guard lock(x_mutex);
    const auto next = x_lane_of_host.size() % x_lanes.size();
    const auto host = parsed ? parsed->base.host : std::string{};
    return *x_lanes[x_lane_of_host.try_emplace(host, next).first->second];
}

void Courier::send(Letter letter, std::move_only_function<void(Outcome)> done) {
    const auto lane = lane_of(letter.url).shared_from_this();
    asio::post(lane->loop, [lane, letter = std::move(letter), done = std::move(done)]() mutable {
        lane->begin(std::move(letter), std::move(done));
    });
}

}  // namespace pay::http

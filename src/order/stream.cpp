#include "order/stream.hpp"

#include <mutex>

#include "core/ident/ident.hpp"
#include "order/store.hpp"
#include "order/wire.hpp"

namespace pay::order {
namespace {

constexpr Duration comment_pause = std::chrono::seconds{15};

/// One client that watches one order. Alive as long as its timer or its watch is.
class Feed : public std::enable_shared_from_this<Feed> {
 public:
    Feed(http::Io& io, std::shared_ptr<http::Stream> stream, http::Language language)
        : x_io(io), x_stream(std::move(stream)), x_language(language) {}

    /// Before the present state is read, so that no change slips through between the two.
    void watch(Watchers& watchers, const std::string& order_id) {
        auto made = watchers.watch(order_id, [self = shared_from_this()](const Order& changed) {
            return self->show(changed);
        });
        const std::lock_guard lock(x_mutex);
        if (!x_over) x_watch = std::move(made);
    }

    void begin(const Order& order) {
        if (!show(order)) comment_later();
    }

    void stop() {
        const std::lock_guard lock(x_mutex);
        if (!x_over) end();
    }

    /// True when it has seen enough. Changes may come before the state that was read at first.
    bool show(const Order& order) {
        const std::lock_guard lock(x_mutex);
        if (x_over) return true;
        if (order.version <= x_version) return false;
        x_version = order.version;
        const bool taken =
            x_stream->send("event: order\ndata: " + to_json(order, x_language) + "\n\n");
        if (!taken || order.final()) end();
        return x_over;
    }

 private:
    void comment_later() {
        const std::lock_guard lock(x_mutex);
        if (x_over) return;
        x_timer = x_io.after(comment_pause, [self = shared_from_this()] { self->comment(); });
    }

    void comment() {
        {
            const std::lock_guard lock(x_mutex);
            if (x_over) return;
            if (!x_stream->send(": still here\n\n")) return end();
        }
        comment_later();
    }

    void end() {
        x_over = true;
        x_stream->close();
        x_watch.reset();
        x_timer.reset();
    }

    http::Io& x_io;
    std::shared_ptr<http::Stream> x_stream;
    const http::Language x_language;
    std::mutex x_mutex;
    bool x_over = false;
    std::int64_t x_version = 0;
    std::shared_ptr<Watchers::Watch> x_watch;
    std::shared_ptr<http::Io::Timer> x_timer;
};

}  // namespace

void stream_order(
    Service& service, http::Io& io, const http::Request& request, http::Responder responder
) {
    const std::string id = request.parameters.at(0);
    if (!is_id(prefix::order, id)) return responder.refuse(not_found());
    service.engine().readers().run(
        std::move(responder),
        [&service, &io, id, caller = request.caller,
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            const auto order = find_order(connection, id);
            const bool seen = order && (caller.admin() || caller.user_id == order->user_id);
            if (!seen) return answer.refuse(not_found());
            http::Response response;
            response.content_type = "text/event-stream";
            response.headers = {{"Cache-Control", "no-store"}};
            response.stream = [&service, &io, id, language](std::shared_ptr<http::Stream> stream) {
                const auto feed = std::make_shared<Feed>(io, stream, language);
                feed->watch(*service.watchers(), id);
                service.engine().readers().run(
                    [id, feed](sql::Connection& again) {
                        if (const auto now = find_order(again, id)) feed->begin(*now);
                    },
                    [feed] { feed->stop(); }
                );
            };
            answer.send(std::move(response));
        }
    );
}

}  // namespace pay::order

#include "core/http/sessions.hpp"

#include "core/http/session.hpp"

namespace pay::http {

bool Sessions::add(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock(x_mutex);
    if (x_stopping) return false;
    x_open.emplace(session.get(), session);
    return true;
}

void Sessions::remove(const Session* session) {
    const std::lock_guard lock(x_mutex);
    x_open.erase(session);
    if (x_open.empty()) x_emptied.notify_all();
}

std::size_t Sessions::count() const {
    const std::lock_guard lock(x_mutex);
    return x_open.size();
}

std::vector<std::shared_ptr<Session>> Sessions::all() const {
    std::vector<std::shared_ptr<Session>> sessions;
    const std::lock_guard lock(x_mutex);
    for (const auto& [address, session] : x_open) {
        if (auto alive = session.lock()) sessions.push_back(std::move(alive));
    }
    return sessions;
}

void Sessions::stop(Duration grace) {
    {
        const std::lock_guard lock(x_mutex);
        x_stopping = true;
    }
    for (const auto& session : all()) session->finish();
    std::unique_lock lock(x_mutex);
    x_emptied.wait_for(lock, grace, [this] { return x_open.empty(); });
}

void Sessions::close_all(const std::atomic<bool>& io_stopped) {
    if (io_stopped) return;
    for (const auto& session : all()) session->abandon();
    std::unique_lock lock(x_mutex);
    // The loops only run short work, so this is soon; the bound is for one that a handler blocks.
    x_emptied.wait_for(lock, std::chrono::seconds{5}, [this] { return x_open.empty(); });
}

}  // namespace pay::http

#include "core/bus/kafka_client.hpp"

#include <array>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "core/log/log.hpp"

namespace pay::bus::kafka {
namespace {

constexpr std::chrono::seconds end_time{2};

using Configuration = std::unique_ptr<rd_kafka_conf_t, Free<rd_kafka_conf_destroy>>;

Listener& listener_of(void* opaque) {
    return *static_cast<Listener*>(opaque);
}

/// On any of librdkafka's threads. What it calls errors are mostly connections that it makes again.
void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
    constexpr int syslog_warning = 4;
    // Of the URL's properties those of producers mean nothing to consumers, which it tells.
    const bool matters = level <= syslog_warning && std::string_view(facility) != "CONFWARN";
    const auto write = matters ? log::warn : log::debug;
    write("librdkafka", {{"client", rd_kafka_name(client)}, {"about", facility}, {"says", text}});
}

void on_error(rd_kafka_t* client, int error, const char* reason, void* opaque) {
    const auto code = static_cast<rd_kafka_resp_err_t>(error);
    const auto write = code == RD_KAFKA_RESP_ERR__FATAL ? log::warn : log::debug;
    write(
        "the Kafka client has an error",
        {{"client", rd_kafka_name(client)}, {"error", text_of(code)}, {"reason", reason}}
    );
    listener_of(opaque).on_error(code);
}

int on_statistics(rd_kafka_t*, char* json, std::size_t size, void* opaque) {
    listener_of(opaque).on_statistics({json, size});
    return 0;  // librdkafka frees it
}

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    listener_of(opaque).on_delivery(*message);
}

void on_rebalance(
    rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions,
    void* opaque
) {
    listener_of(opaque).on_rebalance(error, partitions);
}

void on_commit(
    rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions,
    void* opaque
) {
    if (partitions) listener_of(opaque).on_commit(error, *partitions);
}

void set(rd_kafka_conf_t* configuration, std::string_view name, const std::string& value) {
    // The library's own text would repeat the value, which may be a password.
    std::array<char, 512> unused{};
    const std::string property(name);
    const auto result = rd_kafka_conf_set(
        configuration, property.c_str(), value.c_str(), unused.data(), unused.size()
    );
    if (result == RD_KAFKA_CONF_UNKNOWN) {
        throw std::runtime_error("librdkafka knows no property " + property);
    }
    if (result != RD_KAFKA_CONF_OK) {
        throw std::runtime_error("librdkafka does not take this value of " + property);
    }
}

}  // namespace

/// librdkafka 2.0.2 loses count of who holds a partition that vanished from the cluster while it
/// was being read; destroying its client then waits for ever.
void destroy_client(rd_kafka_t* client) {
    const std::string name = rd_kafka_name(client);
    rd_kafka_set_log_level(client, 0);  // it may outlive the log
    std::packaged_task<void()> destroy([client] {
        rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    });
    const auto ended = destroy.get_future();
    std::thread thread(std::move(destroy));
    if (ended.wait_for(end_time) == std::future_status::ready) return thread.join();
    log::warn("a Kafka client does not end and is left behind", {{"client", name}});
    thread.detach();
}

Client make_client(
    rd_kafka_type_t type, const Settings& settings, std::span<const Property> properties,
    Listener& listener
) {
    Configuration configuration(rd_kafka_conf_new());
    const std::array<Property, 10> shared{{
        {"bootstrap.servers", settings.url.brokers},
        {"client.id", settings.client_id},
        {"socket.keepalive.enable", "true"},
        {"socket.nagle.disable", "true"},
        // A broker that is gone without a word is noticed before a message's time is over.
        {"socket.timeout.ms", "10000"},
        {"socket.connection.setup.timeout.ms", "5000"},
        {"reconnect.backoff.max.ms", "1000"},
        {"topic.metadata.refresh.interval.ms", "60000"},
        {"log.connection.close", "false"},
        {"statistics.interval.ms", "5000"},
    }};
    for (const auto& [name, value] : shared) set(configuration.get(), name, value);
    for (const auto& [name, value] : properties) set(configuration.get(), name, value);
    for (const auto& [name, value] : settings.url.properties) {
        set(configuration.get(), name, value);
    }
    rd_kafka_conf_set_opaque(configuration.get(), &listener);
    rd_kafka_conf_set_log_cb(configuration.get(), on_log);
    rd_kafka_conf_set_error_cb(configuration.get(), on_error);
    rd_kafka_conf_set_stats_cb(configuration.get(), on_statistics);
    if (type == RD_KAFKA_PRODUCER) {
        rd_kafka_conf_set_dr_msg_cb(configuration.get(), on_delivery);
    } else {
        rd_kafka_conf_set_rebalance_cb(configuration.get(), on_rebalance);
        rd_kafka_conf_set_offset_commit_cb(configuration.get(), on_commit);
    }

    std::array<char, 512> reason{};
    Client client(rd_kafka_new(type, configuration.get(), reason.data(), reason.size()));
    if (!client) {
        throw std::runtime_error(std::string("no Kafka client can be made: ") + reason.data());
    }
    static_cast<void>(configuration.release());  // the client's now
    return client;
}

}  // namespace pay::bus::kafka

#include "core/log/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "core/json/escape.hpp"

namespace pay::log {
namespace {

std::atomic<Format> format{Format::text};

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "payments", std::make_shared<spdlog::sinks::stderr_sink_mt>()
        );
        made->set_level(spdlog::level::warn);
        made->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
        made->flush_on(spdlog::level::warn);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
        case Level::off:
            return spdlog::level::off;
    }
    return spdlog::level::off;
}

/// The fields as JSON members, or as ` name=value` with control characters escaped alike, so that a
/// value can never begin a line of its own.
std::string line(std::string_view message, Fields fields) {
    std::string text;
    if (format == Format::text) {
        text = message;
        for (const auto& field : fields) {
            text += ' ';
            text += field.name;
            text += '=';
            std::string quoted;
            json::append_string(quoted, field.value);
            const bool plain = quoted.size() == field.value.size() + 2 &&
                               field.value.find_first_of(" =") == std::string::npos;
            text += plain ? field.value : quoted;
        }
        return text;
    }
    json::append_string(text, message);
    for (const auto& field : fields) {
        text += ",\"";
        text += field.name;
        text += "\":";
        if (field.is_number) {
            text += field.value;
        } else {
            json::append_string(text, field.value);
        }
    }
    return text;
}

void write(Level level, std::string_view message, Fields fields) {
    if (!logger().should_log(to_spdlog(level))) return;
    logger().log(to_spdlog(level), spdlog::string_view_t(line(message, fields)));
}

}  // namespace

void start(Level level, Format wanted) {
    format = wanted;
    logger().set_level(to_spdlog(level));
    if (wanted == Format::json) {
        logger().set_pattern(
            R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})",
            spdlog::pattern_time_type::utc
        );
    }
}

bool enabled(Level level) {
    return logger().should_log(to_spdlog(level));
}

void debug(std::string_view message, Fields fields) {
    write(Level::debug, message, fields);
}
void info(std::string_view message, Fields fields) {
    write(Level::info, message, fields);
}
void warn(std::string_view message, Fields fields) {
    write(Level::warn, message, fields);
}
void error(std::string_view message, Fields fields) {
    write(Level::error, message, fields);
}

}  // namespace pay::log

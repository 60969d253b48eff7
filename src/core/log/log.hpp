#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

/// Logs: one line an event, to stderr, as text for a person or as JSON for a machine. A line is a
/// plain English sentence plus named fields; secrets, tokens and bodies are never given to it.
/// Any thread.
namespace pay::log {

enum class Level { debug, info, warn, error, off };
enum class Format { text, json };

struct Field {
    std::string_view name;
    std::string value;
    Field(std::string_view field, std::string_view text) : name(field), value(text) {}
    Field(std::string_view field, const char* text) : name(field), value(text) {}
    Field(std::string_view field, const std::string& text) : name(field), value(text) {}
    Field(std::string_view field, std::int64_t number)
        : name(field), value(std::to_string(number)), is_number(true) {}
    Field(std::string_view field, int number) : Field(field, std::int64_t{number}) {}
    Field(std::string_view field, std::size_t number)
        : Field(field, static_cast<std::int64_t>(number)) {}
    bool is_number = false;
};

using Fields = std::initializer_list<Field>;

/// Once, before threads start. Without it: text, from `warn` on.
void start(Level level, Format format);

/// Whether lines of this level are written: to spare the work of making one.
bool enabled(Level level);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

}  // namespace pay::log

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pay::bus::kafka {

/// `kafka://host:port[,host:port][?property=value&…]`, taken apart.
struct Url {
    std::string brokers;  ///< as librdkafka wants them: host:port,host:port
    std::vector<std::pair<std::string, std::string>> properties;  ///< librdkafka's, decoded
};

/// Throws std::runtime_error, one line, if it is none or sets a property the bus sets itself. The
/// line never repeats a value: there may be a password in it.
Url parse_url(std::string_view text);

}  // namespace pay::bus::kafka

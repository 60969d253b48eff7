#include "core/bus/headers.hpp"

#include <boost/describe.hpp>
#include <vector>

#include "core/json/read.hpp"
#include "core/json/write.hpp"

namespace pay::bus {

struct Header {
    std::string name;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(Header, (), (name, value))
static_assert(json::whole<Header>);

std::string headers_to_text(const Headers& headers) {
    std::vector<Header> described;
    described.reserve(headers.size());
    for (const auto& [name, value] : headers) described.push_back({name, value});
    return json::to_text(described);
}

Headers headers_of_text(std::string_view text) {
    const auto described = json::read<std::vector<Header>>(text, json::Unknown::ignore);
    PAY_ASSERT(described);
    Headers headers;
    for (const auto& [name, value] : *described) headers.emplace_back(name, value);
    return headers;
}

}  // namespace pay::bus

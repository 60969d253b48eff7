#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pay::http {

/// A list of networks: trusted proxies, the addresses webhooks are taken from. Any thread.
class Networks {
 public:
    /// Addresses or CIDRs; throws std::runtime_error with one clear line for anything else.
    explicit Networks(const std::vector<std::string>& cidrs);
    ~Networks();
    Networks(Networks&&) noexcept;

    bool empty() const;
    bool contains(std::string_view address) const;

 private:
    struct List;
    std::unique_ptr<const List> x_list;
};

}  // namespace pay::http

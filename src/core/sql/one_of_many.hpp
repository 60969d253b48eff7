#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/sql/sql.hpp"

namespace pay::sql {

/// For tests: a storage that several engines of this process share, as processes share a server's:
/// without the lock of its folder. `shared`: whether they know of each other, so that one leads.
class OneOfMany final : public Storage {
 public:
    OneOfMany(const std::string& url, bool shared)
        : x_real(open_storage(url)), x_shared(shared) {}
    std::unique_ptr<Database> database(std::string_view service) override {
        return x_real->database(service);
    }
    std::unique_ptr<Database> existing(std::string_view service) override {
        return x_real->existing(service);
    }
    bool has(std::string_view service) override { return x_real->has(service); }
    void remove(std::string_view service) override { x_real->remove(service); }
    void lock() override {}
    std::string directory() const override { return {}; }
    bool shared() const override { return x_shared; }

 private:
    std::unique_ptr<Storage> x_real;
    const bool x_shared;
};

}  // namespace pay::sql

#pragma once

#include <cstdint>
#include <functional>
#include <string>

/// Past orders written straight into the databases, as if they had been bought long ago.
namespace pay::bench {

struct SeedOptions {
    std::string database_url;
    std::uint64_t orders = 0;
    std::size_t users = 1000;
};

struct SeedProgress {
    std::uint64_t done = 0;
    std::uint64_t orders = 0;
    double seconds = 0;

    std::uint64_t per_second() const {
        return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(done) / seconds) : 0;
    }
};

/// Writes finished charges with all they leave after them, older than now and newer than all that
/// is there, so that it can be done again. The databases are made if they are not there. On SQLite
/// a commit waits for the disk only at the end. Throws std::runtime_error with one clear line if a
/// server runs on the databases, or an earlier seed into them was cut off.
SeedProgress seed(
    const SeedOptions& options, const std::function<void(const SeedProgress&)>& each_second
);

}  // namespace pay::bench

#pragma once

#include <atomic>
#include <memory>

#include "core/sql/forwarding.hpp"

namespace pay::test {

/// What a Failing connection's next commits come to.
enum class Commits { pass, fail, are_unconfirmed };  ///< unconfirmed: stored, and an Outage

/// A connection whose commits meet an Outage for as long as the switch says so.
class Failing final : public sql::Forwarding {
 public:
    Failing(std::unique_ptr<sql::Connection> real, std::shared_ptr<std::atomic<Commits>> commits)
        : Forwarding(std::move(real)), x_commits(std::move(commits)) {}

    void commit() override {
        if (*x_commits == Commits::fail) throw Outage("the disk is full");
        Forwarding::commit();
        if (*x_commits == Commits::are_unconfirmed) throw Outage("stored or not");
    }

 private:
    std::shared_ptr<std::atomic<Commits>> x_commits;
};

}  // namespace pay::test

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/sql/scratch_folder.hpp"

namespace pay::sql {

/// A MariaDB of one test alone, on 127.0.0.1, which may be killed and started again. Gone with the
/// test, however that ends. Throws std::runtime_error if it cannot be started.
class MariadbServer {
 public:
    explicit MariadbServer(std::vector<std::string> options = {});
    ~MariadbServer() { kill(); }
    MariadbServer(const MariadbServer&) = delete;
    MariadbServer& operator=(const MariadbServer&) = delete;

    void start();  ///< returns when it takes connections
    void kill();   ///< by SIGKILL
    void signal(int signal) const;

    const ScratchFolder& folder() const { return x_folder; }
    std::string address() const { return "127.0.0.1:" + std::to_string(x_port); }
    std::string url() const { return "mysql://root@" + address() + "/test"; }

 private:
    std::vector<std::string> command() const;
    void wait_until_ready() const;

    const ScratchFolder x_folder;
    const std::vector<std::string> x_options;
    unsigned x_port = 0;
    pid_t x_pid = 0;
};

/// Runs a program to its end, its output thrown away; throws if it fails.
void run_program(const std::vector<std::string>& command);

}  // namespace pay::sql

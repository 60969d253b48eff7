#include "core/sql/mariadb_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace pay::sql {
namespace {

[[noreturn]] void become(const std::vector<std::string>& command, const std::string& log) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::dup2(file, STDOUT_FILENO);
        ::dup2(file, STDERR_FILENO);
    }
    std::vector<std::string> words(command);
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execvp(pointers.front(), pointers.data());
    ::_exit(127);
}

pid_t spawn(const std::vector<std::string>& command, const std::string& log) {
    const auto pid = ::fork();
    if (pid < 0) throw std::runtime_error("no process could be made");
    if (pid == 0) become(command, log);
    return pid;
}

sockaddr_in loopback(unsigned port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// The server cannot say which port it took, so it is given one that was free a moment ago.
unsigned free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(socket, any, size) == 0 && ::getsockname(socket, any, &size) == 0;
    ::close(socket);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

bool listens(unsigned port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(port);
    const bool connected =
        ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    ::close(socket);
    return connected;
}

std::string as_user() {
    return ::geteuid() == 0 ? "--user=root" : "--skip-name-resolve";
}

}  // namespace

void run_program(const std::vector<std::string>& command) {
    const auto pid = spawn(command, "/dev/null");
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (status != 0) throw std::runtime_error(command.front() + " failed");
}

MariadbServer::MariadbServer(std::vector<std::string> options) : x_options(std::move(options)) {
    run_program(
        {"mariadb-install-db", "--no-defaults", as_user(),
         "--datadir=" + (x_folder.path() / "data").string(),
         // of its own: a server that starts removes the temporary tables of all that share one
         "--tmpdir=" + x_folder.path().string(), "--auth-root-authentication-method=normal",
         "--skip-test-db"}
    );
    x_port = free_port();
    start();
}

std::vector<std::string> MariadbServer::command() const {
    const auto path = x_folder.path().string();
    std::vector<std::string> words{
        "mariadbd",
        "--no-defaults",
        as_user(),
        "--datadir=" + path + "/data",
        "--bind-address=127.0.0.1",
        "--port=" + std::to_string(x_port),
        "--socket=" + path + "/socket",
        "--pid-file=" + path + "/pid",
        "--innodb-buffer-pool-size=16M",
        "--performance-schema=OFF"
    };
    words.insert(words.end(), x_options.begin(), x_options.end());
    return words;
}

void MariadbServer::start() {
    x_pid = spawn(command(), (x_folder.path() / "log").string());
    wait_until_ready();
}

void MariadbServer::wait_until_ready() const {
    constexpr int pause_ms = 20;
    constexpr int tries = 3000;
    for (int i = 0; i < tries; ++i) {
        if (listens(x_port)) return;
        if (::waitpid(x_pid, nullptr, WNOHANG) != 0) break;
        ::poll(nullptr, 0, pause_ms);
    }
    throw std::runtime_error("mariadbd does not start: is mariadb-server-core installed?");
}

void MariadbServer::signal(int signal) const {
    ::kill(x_pid, signal);
}

void MariadbServer::kill() {
    if (x_pid <= 0) return;
    ::kill(x_pid, SIGKILL);
    ::waitpid(x_pid, nullptr, 0);
    x_pid = 0;
}

}  // namespace pay::sql

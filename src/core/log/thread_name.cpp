#include "core/log/thread_name.hpp"

#include <pthread.h>

#include <string>

namespace pay::log {

void name_thread(std::string_view name) {
    constexpr std::size_t longest = 15;  // the kernel's limit
    pthread_setname_np(pthread_self(), std::string(name.substr(0, longest)).c_str());
}

}  // namespace pay::log

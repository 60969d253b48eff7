// The thread sanitizer knows POSIX threads alone, librdkafka uses those of C11. In glibc the one is
// made of the other, so here the one is called by the other's name. Linked with that sanitizer.

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>

namespace {

struct Start {
    thrd_start_t function;
    void* argument;
};

void* run(void* given) {
    const std::unique_ptr<Start> start(static_cast<Start*>(given));
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->function(start->argument)));
}

int result_of(int error) {
    if (error == 0) return thrd_success;
    if (error == EBUSY) return thrd_busy;
    return error == ETIMEDOUT ? thrd_timedout : thrd_error;
}

pthread_mutex_t* mutex_of(mtx_t* mutex) {
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* condition_of(cnd_t* condition) {
    return reinterpret_cast<pthread_cond_t*>(condition);
}

}  // namespace

extern "C" {

// librdkafka hands memory, and mutexes in it, from thread to thread by atomics that the sanitizer
// does not see.
const char* __tsan_default_suppressions() {
    return "called_from_lib:librdkafka\nrace:^mtx_\nrace:^cnd_\ndeadlock:librdkafka\n";
}

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
    auto start = std::make_unique<Start>(function, argument);
    const int error = pthread_create(thread, nullptr, run, start.get());
    if (error == 0) static_cast<void>(start.release());
    return result_of(error);
}

int thrd_join(thrd_t thread, int* result) {
    void* returned = nullptr;
    const int error = pthread_join(thread, &returned);
    if (result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
    return result_of(error);
}

int thrd_detach(thrd_t thread) {
    return result_of(pthread_detach(thread));
}

int mtx_init(mtx_t* mutex, int type) noexcept {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    const bool recursive = (type & mtx_recursive) != 0;
    pthread_mutexattr_settype(
        &attributes, recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL
    );
    return result_of(pthread_mutex_init(mutex_of(mutex), &attributes));
}

int mtx_lock(mtx_t* mutex) {
    return result_of(pthread_mutex_lock(mutex_of(mutex)));
}

int mtx_trylock(mtx_t* mutex) noexcept {
    return result_of(pthread_mutex_trylock(mutex_of(mutex)));
}

int mtx_unlock(mtx_t* mutex) noexcept {
    return result_of(pthread_mutex_unlock(mutex_of(mutex)));
}

void mtx_destroy(mtx_t* mutex) noexcept {
    pthread_mutex_destroy(mutex_of(mutex));
}

int cnd_init(cnd_t* condition) noexcept {
    return result_of(pthread_cond_init(condition_of(condition), nullptr));
}

int cnd_signal(cnd_t* condition) noexcept {
    return result_of(pthread_cond_signal(condition_of(condition)));
}

int cnd_broadcast(cnd_t* condition) noexcept {
    return result_of(pthread_cond_broadcast(condition_of(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return result_of(pthread_cond_wait(condition_of(condition), mutex_of(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* end) {
    return result_of(pthread_cond_timedwait(condition_of(condition), mutex_of(mutex), end));
}

void cnd_destroy(cnd_t* condition) noexcept {
    pthread_cond_destroy(condition_of(condition));
}

}  // extern "C"

/// The bus leaves a client behind that does not end, with its threads.
extern "C" const char* __tsan_default_options() {
    return "report_thread_leaks=0";
}

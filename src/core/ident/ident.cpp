#include "core/ident/ident.hpp"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "core/result/outage.hpp"

namespace pay {
namespace {

constexpr std::string_view base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view hex = "0123456789abcdef";
constexpr std::size_t id_length = 26;  // 10 for the time, 16 for the random bits

/// Random bytes for this thread, drawn 4 KiB at a time: one call of the generator serves 400 ids.
void draw(unsigned char* target, std::size_t size) {
    thread_local std::array<unsigned char, 4096> pool{};
    thread_local std::size_t used = pool.size();
    if (used + size > pool.size()) {
        if (RAND_bytes(pool.data(), static_cast<int>(pool.size())) != 1) {
            throw Outage("the system's random generator gave no bytes");
        }
        used = 0;
    }
    std::memcpy(target, pool.data() + used, size);
    used += size;
}

}  // namespace

std::string make_id(std::string_view prefix, Time now) {
    std::array<unsigned char, 10> random{};
    draw(random.data(), random.size());
    return make_id(prefix, now, random);
}

std::string make_id(std::string_view prefix, Time now, const std::array<unsigned char, 10>& bits) {
    std::string id(prefix);
    id.resize(prefix.size() + id_length);
    char* out = id.data() + prefix.size();
    auto ms = static_cast<std::uint64_t>(to_epoch_ms(now));
    for (int i = 9; i >= 0; --i) {
        out[i] = base32[ms & 31U];
        ms >>= 5U;
    }
    // Two groups of five bytes, each eight characters of five bits.
    for (std::size_t group = 0; group < 2; ++group) {
        std::uint64_t five = 0;
        for (std::size_t i = 0; i < 5; ++i) five = five << 8U | bits[group * 5 + i];
        for (std::size_t i = 8; i-- > 0;) {
            out[10 + group * 8 + i] = base32[five & 31U];
            five >>= 5U;
        }
    }
    return id;
}

std::string random_hex_128() {
    std::array<unsigned char, 16> random{};
    draw(random.data(), random.size());
    std::string text;
    for (const unsigned char byte : random) {
        text += hex[byte >> 4U];
        text += hex[byte & 15U];
    }
    return text;
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    // Not from the pool, where what a thread drew stays until it is overwritten.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        throw Outage("the system's random generator gave no bytes");
    }
    return bytes;
}

bool is_id(std::string_view prefix, std::string_view text) {
    return text.size() == prefix.size() + id_length && text.starts_with(prefix) &&
           text.substr(prefix.size()).find_first_not_of(base32) == std::string_view::npos;
}

}  // namespace pay

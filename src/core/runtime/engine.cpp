#include "core/runtime/engine.hpp"

namespace pay {

std::vector<EmbeddedFile> migrations_of(std::span<const EmbeddedFile> own) {
    std::vector<EmbeddedFile> all;
    all.insert(all.end(), outbox::schema.begin(), outbox::schema.end());
    all.insert(all.end(), idempotency::schema.begin(), idempotency::schema.end());
    all.insert(all.end(), instances::schema.begin(), instances::schema.end());
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

void refuse_message(const bus::Message& message, std::string_view reason, bus::Handled handled) {
    log::error(
        "a message is not understood",
        {{"type", message.type}, {"id", message.id}, {"reason", reason}}
    );
    handled(bus::Verdict::retry);
}

}  // namespace pay

#include "core/runtime/engine.hpp"

#include <algorithm>

#include "core/webhook_out/store.hpp"

namespace pay {

std::vector<EmbeddedFile> migrations_of(std::span<const EmbeddedFile> own) {
    std::vector<EmbeddedFile> all;
    all.insert(all.end(), outbox::schema.begin(), outbox::schema.end());
    all.insert(all.end(), idempotency::schema.begin(), idempotency::schema.end());
    all.insert(all.end(), audit_log::schema.begin(), audit_log::schema.end());
    all.insert(all.end(), dead_letter::schema.begin(), dead_letter::schema.end());
    all.insert(all.end(), webhook_out::schema.begin(), webhook_out::schema.end());
    all.insert(all.end(), instances::schema.begin(), instances::schema.end());
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

std::string name_in_public(std::string name) {
    std::ranges::replace(name, '_', '-');
    return name;
}

}  // namespace pay

#include "core/idempotency/keys.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>

#include "core/result/result.hpp"

namespace pay::idempotency {
namespace {

constexpr std::array<std::string_view, 9> columns{"user_id",    "idempotency_key", "fingerprint",
                                                  "created_at", "resource_id",     "status",
                                                  "body",       "held_by",         "held_until"};
constexpr sql::Table table{"idempotency_key", columns, 2, 2};

constexpr std::string_view select_keys =
    "SELECT user_id, idempotency_key, fingerprint, resource_id, status, body, held_by, held_until "
    "FROM idempotency_key";
constexpr std::string_view where_key = "(user_id = ? AND idempotency_key = ?)";
constexpr std::string_view select_old =
    "SELECT user_id, idempotency_key FROM idempotency_key WHERE created_at < ? LIMIT ?";
constexpr std::string_view release_key =
    "UPDATE idempotency_key SET held_until = NULL "
    "WHERE user_id = ? AND idempotency_key = ? AND held_by = ? AND status IS NULL";
constexpr std::string_view delete_key =
    "DELETE FROM idempotency_key WHERE user_id = ? AND idempotency_key = ?";

std::string name_of(const Key& key) {
    return key.user_id + '\n' + key.key;
}

/// By the primary key whatever the server guesses: many of them look to it like the whole of a
/// table that was small.
std::string select_statement(const sql::Connection& connection, std::size_t count) {
    std::string text(select_keys);
    text += connection.force_index("PRIMARY");
    for (std::size_t i = 0; i < count; ++i) {
        text += i == 0 ? " WHERE " : " OR ";
        text += where_key;
    }
    return text;
}

Entry entry_of(const Key& key, const sql::Row& row) {
    Entry entry{key, std::string(row.text(3)), {}, std::string(row.text(5))};
    entry.key.fingerprint = row.text(2);
    if (const auto status = row.optional_integer(4)) entry.status = static_cast<int>(*status);
    entry.held_by = row.optional_text(6).value_or("");
    if (const auto until = row.optional_integer(7)) entry.held_until = from_epoch_ms(*until);
    return entry;
}

/// SHA-256 over the parts, each with its length, so that no two requests run together.
std::string fingerprint_of(const http::Request& request) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), &EVP_MD_CTX_free
    );
    PAY_ASSERT(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
    const std::string method = std::to_string(static_cast<int>(request.method));
    for (const std::string_view part :
         {std::string_view{method}, std::string_view{request.path}, std::string_view{request.body}
         }) {
        const std::string length = std::to_string(part.size()) + ':';
        EVP_DigestUpdate(context.get(), length.data(), length.size());
        EVP_DigestUpdate(context.get(), part.data(), part.size());
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context.get(), digest.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        constexpr std::string_view hex = "0123456789abcdef";
        text += hex[digest[i] >> 4U];
        text += hex[digest[i] & 15U];
    }
    return text;
}

}  // namespace

bool kept(int status) {
    return status < 500 && status != 429;
}

bool uncommitted(Code code) {
    return retryable(code) || code == Code::idempotency_in_progress;
}

void save(
    sql::Transaction& transaction, const std::string& instance, std::span<const Entry> entries,
    Time now
) {
    const sql::Value nothing{nullptr};
    sql::Changes changes;
    for (const auto& entry : entries) {
        changes.rows(*entry.key.stored)
            .add(
                entry.key.user_id, entry.key.key, entry.key.fingerprint, to_epoch_ms(now),
                entry.resource_id, entry.status ? sql::Value{std::int64_t{*entry.status}} : nothing,
                entry.body, entry.runs ? sql::Value{instance} : nothing,
                entry.runs ? sql::Value{to_epoch_ms(now + hold_time)} : nothing
            );
    }
    changes.save(transaction, table);
}

void release(sql::Transaction& transaction, const std::string& instance, const Key& key) {
    const std::array<sql::Value, 3> values{
        std::string_view{key.user_id}, std::string_view{key.key}, std::string_view{instance}
    };
    transaction.connection().execute(release_key, values);
}

void refuse_taken(sql::Connection& connection, const Entry& entry) {
    if (!*entry.key.stored && find(connection, entry.key)) throw Taken();
}

bool runs_elsewhere(const Entry& entry, const std::string& instance, Time now) {
    return entry.held_until && *entry.held_until > now && entry.held_by != instance;
}

std::optional<Entry> find(sql::Connection& connection, const Key& key) {
    const Key* const only = &key;
    return std::move(find(connection, {&only, 1}).front());
}

std::vector<std::optional<Entry>> find(
    sql::Connection& connection, std::span<const Key* const> keys
) {
    std::vector<std::optional<Entry>> entries(keys.size());
    if (keys.empty()) return entries;
    // Lists of few lengths, filled up with the last key, so that each is prepared once and kept.
    const auto length = std::bit_ceil(keys.size());
    std::vector<sql::Value> values;
    values.reserve(2 * length);
    for (std::size_t i = 0; i < length; ++i) {
        const Key& key = *keys[std::min(i, keys.size() - 1)];
        values.emplace_back(std::string_view{key.user_id});
        values.emplace_back(std::string_view{key.key});
    }
    connection.query(select_statement(connection, length), values, [&](const sql::Row& row) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const Key& key = *keys[i];
            if (row.text(1) == key.key && row.text(0) == key.user_id) {
                entries[i] = entry_of(key, row);
            }
        }
    });
    return entries;
}

std::int64_t forget_old(sql::Transaction& transaction, Time now, std::int64_t limit) {
    std::vector<std::pair<std::string, std::string>> old;
    const std::array<sql::Value, 2> values{to_epoch_ms(now - lifetime), limit};
    transaction.connection().query(select_old, values, [&](const sql::Row& row) {
        old.emplace_back(row.text(0), row.text(1));
    });
    for (const auto& [user, key] : old) {
        const std::array<sql::Value, 2> names{std::string_view{user}, std::string_view{key}};
        transaction.connection().execute(delete_key, names);
    }
    return static_cast<std::int64_t>(old.size());
}

std::shared_ptr<Running::Hold> Running::take(const Key& key) {
    auto name = name_of(key);
    const std::lock_guard lock(x_mutex);
    if (!x_names.insert(name).second) return nullptr;
    return std::make_shared<Hold>(*this, std::move(name));
}

void Running::release(const std::string& name) {
    const std::lock_guard lock(x_mutex);
    x_names.erase(name);
}

Result<std::optional<Key>> key_of(const http::Request& request) {
    const auto found = std::ranges::find(request.headers, "idempotency-key", [](const auto& field) {
        return std::string_view{field.first};
    });
    if (found == request.headers.end()) return std::optional<Key>{};
    const std::string_view text = found->second;
    const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    if (text.empty() || text.size() > 128 || !printable) {
        return Error{
            Code::invalid,
            {"Idempotency-Key must be 1 to 128 printable characters.",
             "Idempotency-Key는 1~128자의 출력 가능한 문자여야 합니다."},
            {{"Idempotency-Key",
              {"It must be 1 to 128 printable ASCII characters.",
               "1~128자의 출력 가능한 ASCII 문자여야 합니다."}}},
            {}
        };
    }
    return std::optional<Key>{
        Key{request.caller.user_id, std::string(text), fingerprint_of(request)}
    };
}

}  // namespace pay::idempotency

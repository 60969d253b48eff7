#include "core/sql/mysql_statement.hpp"

#include <errmsg.h>

#include <algorithm>
#include <charconv>
#include <new>
#include <utility>

namespace pay::sql {
namespace {

// Long enough for every column that is not TEXT.
constexpr unsigned long text_at_first = 1024;

bool is_integer(enum_field_types type) {
    switch (static_cast<int>(type)) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
            return true;
        default:
            return false;  // DECIMAL, which sums are, too: it comes as text
    }
}

/// The library only reads what is bound, but asks for a pointer it could write through.
void* readable(const void* bytes) {
    return const_cast<void*>(bytes);
}

MYSQL_BIND bound(const Value& value) {
    MYSQL_BIND bind{};
    bind.buffer_type = MYSQL_TYPE_NULL;
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = readable(text->data() == nullptr ? "" : text->data());
        bind.buffer_length = text->size();
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = readable(integer);
    }
    return bind;
}

/// Values of several rows, column by column, as the library wants them.
class Columns {
 public:
    Columns(std::span<const Value> values, std::size_t width)
        : x_rows(values.size() / width),
          x_integers(values.size()),
          x_texts(values.size(), ""),
          x_lengths(values.size()),
          x_indicators(values.size(), STMT_INDICATOR_NONE) {
        for (std::size_t column = 0; column < width; ++column) {
            x_binds.push_back(bind(values, column, width));
        }
    }
    MYSQL_BIND* binds() { return x_binds.data(); }

 private:
    MYSQL_BIND bind(std::span<const Value> values, std::size_t column, std::size_t width) {
        const auto first = column * x_rows;
        bool has_integers = false;
        bool has_texts = false;
        for (std::size_t row = 0; row < x_rows; ++row) {
            const auto& value = values[row * width + column];
            const auto place = first + row;
            if (const auto* text = std::get_if<std::string_view>(&value)) {
                has_texts = true;
                if (!text->empty()) x_texts[place] = text->data();
                x_lengths[place] = text->size();
            } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
                has_integers = true;
                x_integers[place] = *integer;
            } else {
                x_indicators[place] = STMT_INDICATOR_NULL;
            }
        }
        if (has_integers && has_texts) throw Broken("a column of integers and of texts");
        MYSQL_BIND bind{};
        bind.buffer_type = has_integers ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING;
        bind.buffer = has_integers ? static_cast<void*>(&x_integers[first]) : &x_texts[first];
        bind.length = &x_lengths[first];
        bind.u.indicator = &x_indicators[first];
        return bind;
    }

    std::size_t x_rows;
    std::vector<std::int64_t> x_integers;
    std::vector<const char*> x_texts;
    std::vector<unsigned long> x_lengths;
    std::vector<char> x_indicators;
    std::vector<MYSQL_BIND> x_binds;
};

void set_rows(MYSQL_STMT* handle, unsigned count) {
    mysql_stmt_attr_set(handle, STMT_ATTR_ARRAY_SIZE, &count);
}

}  // namespace

MysqlStatement::MysqlStatement(MYSQL* connection, std::string_view text)
    : x_handle(mysql_stmt_init(connection)) {
    if (!x_handle) throw std::bad_alloc();
    if (mysql_stmt_prepare(x_handle.get(), text.data(), text.size()) != 0) {
        throw MysqlError(x_handle.get());
    }
    make_cells();
}

void MysqlStatement::make_cells() {
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> columns(
        mysql_stmt_result_metadata(x_handle.get()), &mysql_free_result
    );
    if (!columns) return;
    const std::span fields(mysql_fetch_fields(columns.get()), mysql_num_fields(columns.get()));
    for (const auto& field : fields) {
        Cell& cell = x_cells.emplace_back();
        cell.is_integer = is_integer(field.type);
        if (!cell.is_integer) cell.buffer.resize(std::min(field.length + 1, text_at_first));
    }
    bind_cells();
}

void MysqlStatement::bind_cells() {
    x_columns.assign(x_cells.size(), MYSQL_BIND{});
    for (std::size_t i = 0; i < x_cells.size(); ++i) {
        Cell& cell = x_cells[i];
        MYSQL_BIND& bind = x_columns[i];
        bind.is_null = &cell.is_null;
        bind.error = &cell.truncated;
        bind.length = &cell.length;
        bind.buffer_type = cell.is_integer ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING;
        bind.buffer = cell.is_integer ? static_cast<void*>(&cell.integer) : cell.buffer.data();
        bind.buffer_length = cell.is_integer ? sizeof(cell.integer) : cell.buffer.size();
    }
    if (mysql_stmt_bind_result(x_handle.get(), x_columns.data()) != 0) {
        throw MysqlError(x_handle.get());
    }
}

void MysqlStatement::execute(std::span<const Value> values) {
    MYSQL_STMT* handle = x_handle.get();
    if (values.size() != mysql_stmt_param_count(handle)) {
        throw Broken("another number of values than of placeholders");
    }
    x_parameters.clear();
    for (const Value& value : values) x_parameters.push_back(bound(value));
    const bool failed =
        (!values.empty() && mysql_stmt_bind_param(handle, x_parameters.data()) != 0) ||
        mysql_stmt_execute(handle) != 0;
    if (failed) throw MysqlError(handle);
}

void MysqlStatement::execute_rows(std::span<const Value> values, std::size_t count) {
    MYSQL_STMT* handle = x_handle.get();
    const auto width = mysql_stmt_param_count(handle);
    if (width == 0 || values.size() != count * width) {
        throw Broken("rows of another width than there are placeholders");
    }
    Columns columns(values, width);
    set_rows(handle, static_cast<unsigned>(count));
    const bool failed =
        mysql_stmt_bind_param(handle, columns.binds()) != 0 || mysql_stmt_execute(handle) != 0;
    set_rows(handle, 0);  // execute() is of one row
    if (failed) throw MysqlError(handle);
}

std::int64_t MysqlStatement::affected() const {
    return has_rows() ? 0 : static_cast<std::int64_t>(mysql_stmt_affected_rows(x_handle.get()));
}

bool MysqlStatement::next() {
    // What ran inside OnRow may have lost the connection.
    if (x_handle->mysql == nullptr) throw MysqlError(CR_SERVER_LOST, "the connection was closed");
    const int code = mysql_stmt_fetch(x_handle.get());
    if (code == MYSQL_NO_DATA) return false;
    if (code == MYSQL_DATA_TRUNCATED) {
        read_long_texts();
    } else if (code != 0) {
        throw MysqlError(x_handle.get());
    }
    return true;
}

void MysqlStatement::read_long_texts() {
    for (std::size_t i = 0; i < x_cells.size(); ++i) {
        Cell& cell = x_cells[i];
        if (cell.is_integer || cell.is_null != 0 || cell.length <= cell.buffer.size()) continue;
        cell.buffer.resize(std::max<std::size_t>(cell.length, 2 * cell.buffer.size()));
        x_columns[i].buffer = cell.buffer.data();
        x_columns[i].buffer_length = cell.buffer.size();
        const auto column = static_cast<unsigned>(i);
        if (mysql_stmt_fetch_column(x_handle.get(), &x_columns[i], column, 0) != 0) {
            throw MysqlError(x_handle.get());
        }
    }
    bind_cells();  // the rows after this one go into the longer buffers
}

void MysqlStatement::store() {
    if (mysql_stmt_store_result(x_handle.get()) != 0) throw MysqlError(x_handle.get());
}

void MysqlStatement::discard() noexcept {
    mysql_stmt_free_result(x_handle.get());
}

bool MysqlStatement::null(int column) const {
    return cell(column).is_null != 0;
}

std::int64_t MysqlStatement::integer(int column) const {
    const Cell& found = cell(column);
    if (found.is_null != 0) return 0;
    if (found.is_integer) return found.integer;
    const auto digits = text(column);
    const auto* end = digits.data() + digits.size();
    std::int64_t value = 0;
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end) {
        throw Broken("column " + std::to_string(column) + " of a result holds no 64-bit integer");
    }
    return value;
}

std::string_view MysqlStatement::text(int column) const {
    const Cell& found = cell(column);
    if (found.is_null != 0) return {};
    if (!found.is_integer) return {found.buffer.data(), found.length};
    found.buffer = std::to_string(found.integer);
    return found.buffer;
}

}  // namespace pay::sql

#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace pay::sql {

/// A folder for one test, removed with all that is in it.
class ScratchFolder {
 public:
    ScratchFolder() {
        auto name = (std::filesystem::temp_directory_path() / "pay_sql_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
        x_path = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(x_path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return x_path; }
    std::string url(const std::string& below = "db") const {
        return "sqlite:" + (x_path / below).string();
    }

 private:
    std::filesystem::path x_path;
};

}  // namespace pay::sql

#include "app/help.hpp"

#include <unistd.h>

#include <algorithm>

#include "core/terminal/terminal.hpp"

namespace pay::app {
namespace {

constexpr std::size_t names_width = 30;
constexpr std::size_t widest = 100;  // longer lines are hard to read

class Formatter final : public CLI::Formatter {
 public:
    std::string make_option(const CLI::Option* option, bool positional) const override {
        const auto names =
            positional ? option->get_name(true, false) : option->get_name(false, true);
        return entry(names + value_of(*option), text_of(*option));
    }
    std::string make_subcommand(const CLI::App* command) const override {
        return entry(command->get_name(), command->get_description());
    }

 private:
    /// What stands behind the name: ` user|admin`, ` TEXT`.
    static std::string value_of(const CLI::Option& option) {
        if (option.get_expected_max() == 0) return {};
        std::string value;
        for (const auto& choice : choices_of(option)) value += (value.empty() ? " " : "|") + choice;
        if (option.get_positional()) return {};
        if (value.size() > names_width || value.empty()) {
            const auto type = option.get_type_name();
            return " " + type.substr(0, type.find_first_of(":["));
        }
        return value;
    }
    static std::string text_of(const CLI::Option& option) {
        std::string text = option.get_description();
        if (option.get_required()) text += " (required)";
        const auto standard = option.get_default_str();
        const bool told = !standard.empty() && standard != "[]" && standard != "\"\"";
        if (told && option.get_expected_max() > 0) text += " (default: " + standard + ")";
        return text;
    }
    /// A name, and its text broken into lines beside it.
    static std::string entry(const std::string& name, const std::string& text) {
        const auto screen = terminal::screen_of(STDOUT_FILENO);
        const auto width = std::min(screen.columns, widest);
        std::string out = "  " + name;
        const auto lines = terminal::wrapped(text, std::max(width, names_width * 2), names_width);
        if (out.size() + 2 > names_width) return out + '\n' + lines + '\n';
        out.append(names_width - out.size(), ' ');
        return out + lines.substr(std::min(names_width, lines.size())) + '\n';
    }
};

}  // namespace

void dress(CLI::App& root) {
    root.formatter(std::make_shared<Formatter>());
    root.get_formatter()->label("Positionals", "Arguments");
    root.get_formatter()->label("SUBCOMMAND", "COMMAND");
    for (auto* command : root.get_subcommands({})) dress(*command);
}

std::vector<std::string> choices_of(const CLI::Option& option) {
    const auto type = option.get_type_name();
    const auto begin = type.find('{');
    const auto end = type.find('}', begin);
    if (begin == std::string::npos || end == std::string::npos) return {};
    std::vector<std::string> choices;
    std::string_view rest(type);
    rest = rest.substr(begin + 1, end - begin - 1);
    while (!rest.empty()) {
        const auto choice = rest.substr(0, rest.find(','));
        choices.emplace_back(choice);
        rest.remove_prefix(std::min(choice.size() + 1, rest.size()));
    }
    return choices;
}

}  // namespace pay::app

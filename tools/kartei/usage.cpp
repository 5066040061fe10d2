#include "tools/kartei/usage.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

#include "tools/kartei/terminal/text.hpp"

namespace kartei::tools {

namespace {

constexpr std::string_view nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

// What the parser could make nothing of, as it was typed.
std::vector<std::string> unreadWords(const CLI::App& app) {
    auto words = app.remaining(true);
    words.erase(std::remove(words.begin(), words.end(), "--"), words.end());
    return words;
}

bool isOption(std::string_view word) { return word.size() > 1 && word.starts_with('-'); }

// "Argument 3", counted as they were typed.
std::string placeOf(const std::string& word, const std::vector<std::string>& arguments) {
    const auto found = std::find(arguments.begin(), arguments.end(), word);
    return "Argument " + std::to_string(found - arguments.begin() + 1);
}

// Only what has the form of an option's name is repeated: "-Anna Muster" is somebody's text.
std::string unknownOption(const std::string& word, const std::vector<std::string>& arguments) {
    const std::string name = word.substr(0, word.find('='));
    const bool isName = name.starts_with("--") && name.find_first_not_of(nameLetters) == std::string::npos;
    if (isName) return "There is no option " + name + " here";
    return placeOf(word, arguments) + " is no option that is known here; -- goes before a text that begins with -";
}

// The last of the verb's words that was understood: `policy` of `policy frobnicate`.
const CLI::App& lastUnderstood(const CLI::App& app) {
    const CLI::App* last = &app;
    while (!last->get_subcommands().empty()) last = last->get_subcommands().front();
    return *last;
}

// CLI11's sentences on values that are too few or too many begin with the option's name.
std::string mismatch(const std::string& what) {
    std::string name = what.substr(0, what.find_first_of(": "));
    if (what.find("flag override") != std::string::npos) return "--" + name + " takes no value";
    if (what.find("At Most") != std::string::npos) return name + " is there more than once";
    return name + " lacks its value";
}

template <class Problem>
bool is(const CLI::ParseError& problem) {
    return dynamic_cast<const Problem*>(&problem) != nullptr;
}

void printFolded(const std::string& line, std::ostream& out, std::size_t width) {
    const bool inColumns =
        line.starts_with("  ") && line.size() > helpColumn && line[helpColumn - 1] == ' ' && width > 2 * helpColumn;
    const std::size_t indent = inColumns ? helpColumn : 0;
    std::string before = line.substr(0, indent);
    for (const auto& part : terminal::folded(std::string_view(line).substr(indent), width - indent)) {
        out << before << part << '\n';
        before.assign(indent, ' ');
    }
}

}  // namespace

void printHelp(const CLI::App& app, const CLI::ParseError& request, std::ostream& out, std::size_t width) {
    std::stringstream help;
    app.exit(request, help, help);
    for (std::string line; std::getline(help, line);) printFolded(line, out, width);
}

std::string usageProblem(const CLI::App& app, const CLI::ParseError& problem,
                         const std::vector<std::string>& arguments) {
    const auto unread = unreadWords(app);
    // A misspelt option is often why something else seems to be missing, so it comes first.
    const auto option = std::find_if(unread.begin(), unread.end(), isOption);
    if (option != unread.end()) return unknownOption(*option, arguments);
    if (lastUnderstood(app).get_require_subcommand_min() > 0) {
        if (unread.empty()) return "A verb is missing";
        return placeOf(unread.front(), arguments) + " is no verb that is known here";
    }
    if (is<CLI::ArgumentMismatch>(problem)) return mismatch(problem.what());
    // Those name options and arguments, and nothing else.
    if (is<CLI::ValidationError>(problem) || is<CLI::RequiredError>(problem) || is<CLI::RequiresError>(problem) ||
        is<CLI::ExcludesError>(problem)) {
        return problem.what();
    }
    if (!unread.empty()) return placeOf(unread.front(), arguments) + " is one too many";
    return "The command line cannot be read";
}

}  // namespace kartei::tools

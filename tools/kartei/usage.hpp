#pragma once
// What the parser of the command line has to say, in our words: help that fits the screen, and errors that repeat
// nothing that was typed as a value. A value may be a person's name or address, and personal data appears in no error
// text (DESIGN §7); so errors name the option, or the argument by its place.

#include <CLI/CLI.hpp>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace kartei::tools {

// Where the second column of help begins.
inline constexpr std::size_t helpColumn = 26;

// Prints the help that `request` asks for, folded to `width` columns.
void printHelp(const CLI::App& app, const CLI::ParseError& request, std::ostream& out, std::size_t width);

// What is wrong with a command line, in one sentence. `app` has just parsed `arguments` and thrown `problem`.
std::string usageProblem(const CLI::App& app, const CLI::ParseError& problem,
                         const std::vector<std::string>& arguments);

}  // namespace kartei::tools

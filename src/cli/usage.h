// Errors of the command line, and the word "help" in it. Private to cli.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "promotions/base/errors.h"

namespace promotions {

// Replaces the word "help", before a command or right after it, by a "--help" for that command.
// Throws UserError if there is no such command.
std::vector<std::string> with_help_option(const CLI::App& app, std::vector<std::string> arguments);

// Throws UserError if an argument is not UTF-8, in which all texts are stored and shown.
void require_utf8(const std::vector<std::string>& arguments);

// Throws UserError if the last argument is "--". It announces words that are no options, and none
// follow: something was left out.
void require_words_after_dashes(const std::vector<std::string>& arguments);

// Turns an error of CLI11 into ours, with exit status 2:
// "promotions campaign: there is no command "creat"; did you mean create?"
UserError usage_error(const CLI::App& app, const CLI::ParseError& error);

// Accepts ids: whole numbers from 1.
CLI::Validator id_number();
// Accepts whole numbers from `lowest` to `highest`.
CLI::Validator whole_number(long long lowest, long long highest);

}  // namespace promotions

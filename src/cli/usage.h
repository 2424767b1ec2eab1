// What is said of a command line that is not understood, and where help is asked for. Private to
// cli.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "promotions/base/errors.h"

namespace promotions {

// "help", before a command or right behind it, becomes "--help" of the one it is about. Throws
// UserError for help on a command that there is not.
std::vector<std::string> with_help_option(const CLI::App& app, std::vector<std::string> arguments);

// Throws UserError for an argument that is not UTF-8: everything is kept and shown as that.
void require_utf8(const std::vector<std::string>& arguments);

// "promotions campaign: there is no command "creat"; did you mean create?"
UserError usage_error(const CLI::App& app, const CLI::ParseError& error);

// For ids: whole numbers from 1.
CLI::Validator id_number();
// Whole numbers from `lowest` to `highest`.
CLI::Validator whole_number(long long lowest, long long highest);

}  // namespace promotions

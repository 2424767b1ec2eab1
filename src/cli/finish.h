// `campaign finish`. Private to cli.
#pragma once

#include "cli/command.h"

namespace promotions {

void add_finish(CLI::App& campaign, Action& action);

}  // namespace promotions

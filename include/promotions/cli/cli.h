// The command line: from argv to an exit status.
#pragma once

namespace promotions {

// 0 done, 1 failed, 2 wrong usage or configuration. Errors are printed to stderr as
// "place: what is wrong; what would be right". Throws nothing.
int run_command_line(int argc, char** argv);

}  // namespace promotions

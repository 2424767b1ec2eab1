#include "promotions/cli/cli.h"

int main(int argc, char** argv) {
  return promotions::run_command_line(argc, argv);
}

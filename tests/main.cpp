#ifdef PROMOTIONS_CATCH_MAIN  // Catch2 2 without its ready-made main
#define CATCH_CONFIG_RUNNER
#include "support/catch.h"

int main(int argc, char** argv) {
  return Catch::Session().run(argc, argv);
}
#endif

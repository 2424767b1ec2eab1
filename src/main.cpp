#include <cstdio>

#include "promotions_version.h"

int main() {
  std::puts("promotions " PROMOTIONS_VERSION " (" PROMOTIONS_COMMIT ")");
  return 0;
}

#include <idn2.h>

#include "promotions/domain/email_address.h"

namespace promotions {

std::vector<LibraryVersion> domain_libraries() {
  return {{"libidn2", idn2_check_version(nullptr)}};
}

}  // namespace promotions

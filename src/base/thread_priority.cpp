#include "promotions/base/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

namespace promotions {

void set_thread_niceness(int niceness) {
  // Linux keeps priorities by thread, whatever the name says: setpriority(2), "Bugs".
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

}  // namespace promotions

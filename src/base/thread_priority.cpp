#include "promotions/base/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

namespace promotions {

void set_thread_niceness(int niceness) {
  // Despite its name, PRIO_PROCESS sets one thread on Linux: setpriority(2), "BUGS".
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
}

}  // namespace promotions

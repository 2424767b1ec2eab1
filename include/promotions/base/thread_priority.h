// How large a share of the processors a thread gets while other threads want them, too.
#pragma once

namespace promotions {

// Sets the niceness of the calling thread, from 0 (normal) to 19 (only what others leave over);
// setpriority(2). Lowering it again needs privileges. A failure is ignored.
void set_thread_niceness(int niceness);

}  // namespace promotions

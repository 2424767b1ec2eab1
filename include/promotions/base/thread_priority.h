// How much of the processors a thread gets while others want them, too.
#pragma once

namespace promotions {

// The calling thread's, from 0 (as usual) to 19 (what is left over): setpriority(2). It cannot be
// taken back without privileges.
void set_thread_niceness(int niceness);

}  // namespace promotions

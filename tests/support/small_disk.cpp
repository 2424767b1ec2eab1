#include "support/small_disk.h"

#include <sched.h>
#include <sys/mount.h>

#include <exception>
#include <thread>

#include "support/temp_folder.h"

namespace promotions {

bool on_small_disk(std::size_t bytes, const std::function<void(const std::string& folder)>& test) {
  const TempFolder folder;
  bool is_mounted = false;
  std::exception_ptr error;
  std::thread thread([&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0,
                ("size=" + std::to_string(bytes)).c_str()) != 0) {
      return;
    }
    is_mounted = true;
    try {
      test(folder.path().string());
    } catch (...) {
      error = std::current_exception();
    }
  });
  thread.join();
  if (error) std::rethrow_exception(error);
  return is_mounted;
}

}  // namespace promotions

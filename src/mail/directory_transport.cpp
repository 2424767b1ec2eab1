#include "promotions/mail/directory_transport.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "mail/folder_trouble.h"
#include "promotions/base/file_owner.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Owns a descriptor. Functions throw std::system_error with errno.
class File {
 public:
  File(int descriptor, const std::string& path) : descriptor_(descriptor) {
    if (descriptor < 0) fail(path);
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void sync() const {
    if (::fsync(descriptor_) != 0) fail("cannot write to disk");
  }

 private:
  int descriptor_;
};

// The name of a file is on disk only after its folder was synced: fsync(2).
void sync_folder(const std::filesystem::path& folder) {
  const std::string path = folder.empty() ? "." : folder.string();
  File(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path).sync();
}

// A file with a unique name. The destructor deletes it unless rename_to() gave it its final name.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& folder)
      : path_((folder / ".incoming-XXXXXX").string()),
        file_(::mkostemp(path_.data(), O_CLOEXEC), path_) {}  // mode 0600
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view bytes) const {
    file_.write(bytes);
    file_.sync();
  }

  void rename_to(const std::filesystem::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) fail(target.string());
    path_.clear();
  }

 private:
  std::string path_;
  File file_;
};

// The creation time and the Message-ID are the same for every attempt of a job, so the name is,
// too.
std::string file_name(const Message& message) {
  std::string date = to_rfc3339(std::chrono::floor<std::chrono::seconds>(message.created));
  std::erase_if(date, [](char c) { return c == '-' || c == ':'; });
  constexpr std::size_t kMaxSize = 200;  // file systems allow 255 for the whole name
  std::string id = message.message_id.substr(0, message.message_id.find('@')).substr(0, kMaxSize);
  const auto is_unsafe = [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '-');
  };
  std::replace_if(id.begin(), id.end(), is_unsafe, '_');
  return date + "-" + id + ".eml";
}

class DirectoryTransport final : public Transport {
 public:
  explicit DirectoryTransport(std::filesystem::path folder)
      : folder_(folder.has_filename() ? std::move(folder) : folder.parent_path()) {}  // "outbox/"

  Delivery send(const Message& message) override {
    return attempt([&] {
      ensure_folder();
      const std::filesystem::path target = folder_ / file_name(message);
      // The content is on disk before it gets its name, and the name before this returns. So a
      // crash leaves the whole file or none.
      TemporaryFile file(folder_);
      file.write(to_mime(message));
      file.rename_to(target);
      give_to_folder_owner(target.string());
      sync_folder(folder_);
      return "written to " + target.string();
    });
  }

  Delivery probe() override {
    return attempt([&] {
      if (!std::filesystem::exists(std::filesystem::symlink_status(folder_))) {
        require_writable_parent();
        return folder_.string() + " is made with the first mail";
      }
      TemporaryFile file(folder_);
      return folder_.string() + " is writable";
    });
  }

  std::string description() const override { return "directory " + folder_.string(); }

 private:
  // All failures here come from the folder and not from the mail. The next mail would fail, too, so
  // they cost no attempt.
  template <typename Work>
  Delivery attempt(Work work) const {
    try {
      return {DeliveryClass::delivered, 0, work()};
    } catch (const std::system_error& error) {
      return {DeliveryClass::lane_trouble, 0, folder_trouble(folder_, error.code().value())};
    }
  }

  void ensure_folder() const {
    if (std::filesystem::is_directory(folder_)) return;
    const std::filesystem::path parent = folder_.parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent);
    // EEXIST: another worker was faster, or it is not a folder. Then the next step fails.
    if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) fail(folder_.string());
    give_to_folder_owner(folder_.string());
    sync_folder(parent);
  }

  // Finds the nearest existing folder above, in which the missing ones would be created, and throws
  // if this process cannot write there.
  void require_writable_parent() const {
    std::filesystem::path parent = std::filesystem::absolute(folder_).parent_path();
    while (!std::filesystem::exists(parent)) parent = parent.parent_path();
    if (::faccessat(AT_FDCWD, parent.c_str(), W_OK | X_OK, AT_EACCESS) != 0) fail(parent.string());
  }

  const std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<Transport> make_directory_transport(const std::string& folder) {
  return std::make_unique<DirectoryTransport>(folder);
}

}  // namespace promotions

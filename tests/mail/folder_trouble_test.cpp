// What is said of a folder for mails that cannot be written into.
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "mail/folder_trouble.h"
#include "mail/sample_message.h"
#include "promotions/mail/directory_transport.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace promotions;

TEST_CASE("folder trouble: each kind is told with what would help", "[mail]") {
  const TempFolder temp;
  const std::string outbox = temp.file("outbox");
  CHECK(folder_trouble(outbox, ENOSPC) ==
        "mail.directory: the disk of " + outbox + " is full; free some space");
  CHECK(folder_trouble(outbox, EROFS) ==
        "mail.directory: " + outbox +
            " is on a file system that is read-only; mount it for writing");
  CHECK(folder_trouble(outbox, EIO) ==
        "mail.directory: " + outbox +
            ": Input/output error; mails need a folder that can be written");
}

TEST_CASE("folder trouble: no name of a temporary file is told", "[mail]") {
  const TempFolder temp;
  const std::string outbox = temp.file("outbox");
  std::string right;
  SECTION("a file is in the way") {
    std::ofstream(outbox) << "x";
    right = outbox + " is a file, or below one; name a folder";
  }
  SECTION("a link leads nowhere") {
    std::filesystem::create_symlink(temp.file("nowhere"), outbox);
    right = outbox + " is a link to nothing; make what it leads to, or remove it";
  }
  const auto transport = make_directory_transport(outbox);
  for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
    CHECK(delivery.outcome == DeliveryClass::lane_trouble);
    CHECK(delivery.detail == "mail.directory: " + right);
  }
}

TEST_CASE("folder trouble: whoever may not write is told whose the folder is", "[mail]") {
  const TempFolder temp;
  const std::string outbox = temp.file("outbox");
  std::filesystem::create_directory(outbox);
  std::filesystem::permissions(outbox, std::filesystem::perms::owner_read);
  CHECK(folder_trouble(outbox, EACCES) ==
        "mail.directory: " + outbox + " has mode 0400; chmod u+rwx " + outbox);
}

#include <cstdio>

#include "cli/command.h"
#include "cli/output.h"
#include "promotions/base/library_version.h"
#include "promotions/config/config.h"
#include "promotions/domain/email_address.h"
#include "promotions/http/http_server.h"
#include "promotions/net/http_client.h"
#include "promotions/storage/storage.h"
#include "promotions_version.h"

namespace promotions {
namespace {

int version(const GlobalOptions& options) {
  std::vector<LibraryVersion> libraries{{"CLI11", CLI11_VERSION}};
  for (const auto& of_module : {base_libraries(), config_libraries(), domain_libraries(),
                                http_libraries(), net_libraries(), storage_libraries()}) {
    libraries.insert(libraries.end(), of_module.begin(), of_module.end());
  }
  OrderedJson json = {{"version", PROMOTIONS_VERSION}, {"commit", PROMOTIONS_COMMIT}};
  for (const LibraryVersion& library : libraries) json["libraries"][library.name] = library.version;
  if (options.json) {
    print_json(json);
    return kDone;
  }
  std::puts(version_line().c_str());
  print_record(json["libraries"]);
  return kDone;
}

}  // namespace

std::string version_line() {
  return std::string("promotions ") + PROMOTIONS_VERSION + " (commit " + PROMOTIONS_COMMIT + ")";
}

void add_version(CLI::App& app, Action& action) {
  app.add_subcommand("version", "Show the version, the commit, and the libraries in use")
      ->callback([&action] { action = version; });
}

}  // namespace promotions

#include <cstdio>

#include "cli/check_queue.h"
#include "cli/command.h"
#include "cli/crowd.h"
#include "cli/finding.h"
#include "cli/output.h"
#include "promotions/app/application.h"

namespace promotions {
namespace {

std::vector<Finding> check_configuration(const Config& config) {
  std::vector<Finding> findings;
  for (const std::string& error : config.errors) {
    findings.push_back({"configuration", false, error});
  }
  std::string warnings;
  for (const std::string& warning : config.warnings) {
    warnings += (warnings.empty() ? "but " : "; ") + warning;
  }
  if (findings.empty() || !warnings.empty()) {
    findings.push_back({"configuration", true, warnings});
  }
  return findings;
}

// First what it means, for everybody; then the server's own words, for those who can read them.
std::string fault_of(const Delivery& delivery) {
  if (delivery.meaning.empty()) return delivery.detail;
  return std::string(delivery.meaning) + ": " + delivery.detail;
}

Finding check_mail(const Config& config) {
  const auto transport = make_transport(config.mail);
  const Progress progress("asking the mail server");
  const Delivery delivery = with_patience([&] { return transport->probe(); });
  const std::string server = transport->description();
  if (delivery.outcome == DeliveryClass::delivered) return {"mail", true, server};
  // A server that has no room because ours takes it all is no trouble.
  if (delivery.outcome == DeliveryClass::crowded) {
    if (const auto ours = crowd_of_ours(config, server)) {
      return {"mail", true, server + ": " + *ours + ": " + delivery.detail};
    }
  }
  return {"mail", false, server + ": " + fault_of(delivery)};
}

int check(const GlobalOptions& options) {
  const Config config = configure(options);
  std::vector<Finding> findings = check_configuration(config);
  bool is_ours = true;
  for (Finding& finding : check_database(config)) {
    is_ours = is_ours && finding.good;
    findings.push_back(std::move(finding));
  }
  // A file that is not our database may have to be open to others, so its mode is not our business.
  if (is_ours) {
    for (const std::string& file : exposed_files(config)) {
      findings.push_back({"files", true, "WARNING: " + file});
    }
  }
  for (const QueueFinding& one : check_queue(config.storage.path)) {
    findings.push_back({"queue", one.is_good, one.detail});
  }
  findings.push_back(check_mail(config));
  bool good = true;
  OrderedJson json = OrderedJson::array();
  for (const Finding& finding : findings) {
    good = good && finding.good;
    json.push_back({{"check", finding.what}, {"ok", finding.good}, {"detail", finding.detail}});
    if (options.json) continue;
    std::printf("%s: %s%s%s\n", finding.what.c_str(), finding.good ? "ok" : "FAILED",
                finding.detail.empty() ? "" : ", ", finding.detail.c_str());
  }
  if (options.json) print_json(json);
  return good ? kDone : kFailed;
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  app.add_subcommand("check", "Check configuration, database and mail server")->callback([&action] {
    action = check;
  });
}

}  // namespace promotions

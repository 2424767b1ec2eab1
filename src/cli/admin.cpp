#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/password.h"
#include "cli/session.h"

namespace promotions {
namespace {

constexpr char kAccounts[] = "/control/v1/accounts";

int add(const GlobalOptions& options, const std::string& name, bool from_stdin) {
  const std::string password = from_stdin ? read_password_from_stdin() : ask_for_password();
  Session session(options);
  session.request("admin add", "POST", kAccounts,
                  OrderedJson{{"name", name}, {"password", password}});
  if (options.json) print_json({{"name", name}});
  return kDone;
}

int remove(const GlobalOptions& options, const std::string& name) {
  Session session(options);
  session.request("admin remove", "DELETE", std::string(kAccounts) + "/" + name);
  return kDone;
}

int list(const GlobalOptions& options) {
  Session session(options);
  const OrderedJson answer = session.request("admin list", "GET", kAccounts).body;
  if (options.json) {
    print_json(answer["items"]);
  } else {
    print_table(answer["items"], {{"NAME", "name"}, {"CREATED", "created_at"}});
  }
  return kDone;
}

}  // namespace

void add_admin(CLI::App& app, Action& action) {
  CLI::App* admin = app.add_subcommand("admin", "Accounts that may use the admin API");
  admin->require_subcommand(1);
  const auto name = std::make_shared<std::string>();
  const auto from_stdin = std::make_shared<bool>(false);

  CLI::App* add_command = admin->add_subcommand("add", "Makes an account; asks for its password");
  add_command->add_option("NAME", *name, "The account's name")->required();
  add_command->add_flag("--password-stdin", *from_stdin, "Reads the password from standard input");
  add_command->callback([&action, name, from_stdin] {
    action = [name, from_stdin](const GlobalOptions& options) {
      return add(options, *name, *from_stdin);
    };
  });
  CLI::App* remove_command = admin->add_subcommand("remove", "Removes an account");
  remove_command->add_option("NAME", *name, "The account's name")->required();
  remove_command->callback([&action, name] {
    action = [name](const GlobalOptions& options) { return remove(options, *name); };
  });
  admin->add_subcommand("list", "Shows all accounts")->callback([&action] { action = list; });
}

}  // namespace promotions

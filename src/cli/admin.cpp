#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/password.h"
#include "cli/session.h"
#include "promotions/base/encoding.h"

namespace promotions {
namespace {

constexpr char kAccounts[] = "/control/v1/accounts";

std::string path_of(const std::string& name) {
  return std::string(kAccounts) + "/" + percent_encoded(name);
}

// Where the password comes from. It is never given on the command line, because other users of the
// machine can read that.
struct PasswordSource {
  bool from_stdin = false;
  std::string file;  // empty: ask on the terminal, unless from_stdin
};

std::string read_password(const PasswordSource& source) {
  if (source.from_stdin) return read_password_from_stdin();
  if (!source.file.empty()) return read_password_from_file(source.file);
  return ask_for_password();
}

int add(const GlobalOptions& options, const std::string& name, const PasswordSource& source) {
  const std::string password = read_password(source);
  Session session(options);
  session.request("admin add", "POST", kAccounts,
                  OrderedJson{{"name", name}, {"password", password}});
  print_done(options.json, {{"name", name}}, "Made the account " + name + ".");
  return kDone;
}

int change_password(const GlobalOptions& options, const std::string& name,
                    const PasswordSource& source) {
  const std::string password = read_password(source);
  Session session(options);
  session.request("admin password", "PUT", path_of(name), OrderedJson{{"password", password}});
  print_done(options.json, {{"name", name}}, "Changed the password of " + name + ".");
  return kDone;
}

int remove(const GlobalOptions& options, const std::string& name) {
  Session session(options);
  session.request("admin remove", "DELETE", path_of(name));
  print_done(options.json, {{"name", name}, {"removed", true}},
             "Removed the account " + name + ".");
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
  CLI::App* admin = app.add_subcommand("admin", "Manage the accounts of administrators");
  admin->require_subcommand(1);
  // Shared with the callbacks, which run after this function has returned.
  const auto name = std::make_shared<std::string>();
  const auto source = std::make_shared<PasswordSource>();

  using Change = int (*)(const GlobalOptions&, const std::string&, const PasswordSource&);
  const auto add_with_password = [&](const char* command_name, const char* help, Change change) {
    CLI::App* command = admin->add_subcommand(command_name, help);
    command->add_option("NAME", *name, "The account's name")->required();
    CLI::Option* from_stdin =
        command->add_flag("--password-stdin", source->from_stdin, "Password from standard input");
    command->add_option("--password-file", source->file, "File with the password on its first line")
        ->excludes(from_stdin);
    command->callback([&action, name, source, change] {
      action = [name, source, change](const GlobalOptions& options) {
        return change(options, *name, *source);
      };
    });
  };
  add_with_password("add", "Add an account; asks for its password", add);
  add_with_password("password", "Change an account's password; asks for it", change_password);
  CLI::App* remove_command = admin->add_subcommand("remove", "Remove an account");
  remove_command->add_option("NAME", *name, "The account's name")->required();
  remove_command->callback([&action, name] {
    action = [name](const GlobalOptions& options) { return remove(options, *name); };
  });
  admin->add_subcommand("list", "List all accounts")->callback([&action] { action = list; });
}

}  // namespace promotions

#include "promotions/cli/cli.h"

#include <algorithm>
#include <cstdio>
#include <exception>

#include "cli/command.h"
#include "cli/usage.h"
#include "promotions/app/application.h"
#include "promotions/base/errors.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

// Writes out pending log lines first, so that the error is the last line.
void print_error(const std::string& message) {
  logs::flush();
  std::fprintf(stderr, "%s\n", message.c_str());
}

}  // namespace

Config configure(const GlobalOptions& options) {
  Config config = load_config(options.sources);
  check_mailboxes(config);
  logs::configure(config.log.level,
                  config.log.format == "json" ? logs::Format::json : logs::Format::text);
  return config;
}

int run_command_line(int argc, char** argv) {
  CLI::App app("E-mail raffles from one executable.", "promotions");
  app.require_subcommand(1);
  app.fallthrough();  // global options may stand after the command's name
  app.footer("promotions help COMMAND explains one command.");
  app.set_version_flag("--version", version_line(), "Version and commit");
  GlobalOptions options;
  app.add_option("--config", options.sources.file,
                 "Configuration file (else $PROMOTIONS_CONFIG, else ./promotions.toml)");
  app.add_option("--set", options.sources.overrides, "Value of one key: --set server.port=8081")
      ->allow_extra_args(false)
      ->take_all();
  app.add_flag("--json", options.json, "JSON instead of tables");
  app.add_flag("--create", options.create, "A new database, if there is none");
  Action action;
  add_serve(app, action);
  add_campaign(app, action);
  add_subscribers(app, action);
  add_admin(app, action);
  add_jobs(app, action);
  add_queue(app, action);
  add_mail(app, action);
  add_draw(app, action);
  add_check(app, action);
  add_version(app, action);
  // The one place where exceptions of commands become an exit status.
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    require_utf8(arguments);
    require_words_after_dashes(arguments);
    arguments = with_help_option(app, std::move(arguments));
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the end
    app.parse(std::move(arguments));
    return action(options);
  } catch (const CLI::Success& help) {  // --help or --version
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    print_error(usage_error(app, error).what());
    return kWrongUsage;
  } catch (const UserError& error) {
    print_error(error.what());
    return error.exit_status();
  } catch (const std::exception& error) {
    print_error(std::string("promotions: ") + error.what());
    return kFailed;
  }
}

}  // namespace promotions

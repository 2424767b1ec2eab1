// What all commands share: their options and exit statuses. Private to cli.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "promotions/config/config.h"

namespace promotions {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

// Options that every command takes.
struct GlobalOptions {
  ConfigSources sources;
  bool json = false;
  bool create = false;  // make the database if there is none; only `serve` does so without it
};

// Runs a command and returns its exit status. Set while the command line is parsed, and run after.
using Action = std::function<int(const GlobalOptions&)>;

// Each adds its commands to `app`. The command that is given sets `action`.
void add_serve(CLI::App& app, Action& action);
void add_campaign(CLI::App& app, Action& action);
void add_subscribers(CLI::App& app, Action& action);
void add_admin(CLI::App& app, Action& action);
void add_jobs(CLI::App& app, Action& action);
void add_queue(CLI::App& app, Action& action);
void add_mail(CLI::App& app, Action& action);
void add_draw(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);

// "promotions 1.2 (commit 0123abc)"
std::string version_line();

// Loads the configuration and sets up the log. Throws ConfigError.
Config configure(const GlobalOptions& options);

}  // namespace promotions

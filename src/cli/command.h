// What the commands share: options that all of them take, and their exit statuses. Private to cli.
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
  bool create = false;  // a database where there is none; only `serve` makes one unasked
};

// Set by the command that was chosen; run by the caller of add_commands().
using Action = std::function<int(const GlobalOptions&)>;

// Each adds its commands to `app`; the one that is given sets `action`.
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

// Configuration loaded and the log set up.
Config configure(const GlobalOptions& options);

}  // namespace promotions

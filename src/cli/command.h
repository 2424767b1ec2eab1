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
};

// Set by the command that was chosen; run by the caller of add_commands().
using Action = std::function<int(const GlobalOptions&)>;

// Each adds its commands to `app`; the one that is given sets `action`.
void add_serve(CLI::App& app, Action& action);
void add_campaign(CLI::App& app, Action& action);
void add_admin(CLI::App& app, Action& action);
void add_jobs(CLI::App& app, Action& action);
void add_queue(CLI::App& app, Action& action);
void add_mail(CLI::App& app, Action& action);
void add_draw(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);

// Configuration loaded and the log set up.
Config configure(const GlobalOptions& options);

}  // namespace promotions

#include "cli/finish.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "cli/confirm.h"
#include "cli/output.h"
#include "cli/session.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

constexpr char kPlace[] = "campaign finish";
constexpr Millis kAskAgainAfter{200};
// How long the command watches a draw that waits for its beacon. A server continues without it, so
// nobody has to watch; in trouble that can take long.
constexpr Millis kPatience = std::chrono::seconds(60);
constexpr Millis kPatienceInTrouble = std::chrono::seconds(15);

using SteadyTime = std::chrono::steady_clock::time_point;

struct FinishOptions {
  std::string slug;
  std::optional<std::string> value;  // of a beacon that is a public source
  bool sure = false;
};

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

// What would happen, for confirm(). Empty if there is nothing to ask: the campaign is finished or
// finishing, or nobody is verified.
std::string prospect(const OrderedJson& campaign) {
  const auto verified = campaign["subscribers"]["verified"].get<std::int64_t>();
  const auto pending = campaign["subscribers"]["pending"].get<std::int64_t>();
  const std::string state = campaign["state"];
  if (state == "finished" || state == "finishing" || verified == 0) return {};
  const auto winners = std::min(verified, campaign["winners"].get<std::int64_t>());
  const auto alternates = std::min(verified - winners, campaign["alternates"].get<std::int64_t>());
  const bool tells_all = campaign.value("notify_not_drawn", false);
  const std::size_t witnesses =
      campaign.contains("witnesses") ? campaign["witnesses"].size() : std::size_t{0};
  const std::int64_t mails = winners + 1 + static_cast<std::int64_t>(witnesses) +
                             (tells_all ? verified - winners - alternates : 0);
  std::string text = "closes " + campaign["slug"].get<std::string>() + " for good and draws " +
                     counted(winners, "winner", "winners") + " and " +
                     counted(alternates, "alternate", "alternates") + " among " +
                     counted(verified, "entrant", "entrants");
  if (pending > 0) text += ", without " + std::to_string(pending) + " who have not verified";
  return text + "; " + counted(mails, "mail is", "mails are") + " sent: to the winners, to " +
         shown_address(campaign["admin_email"].get<std::string>()) +
         (witnesses > 0 ? ", to the witnesses" : "") +
         (tells_all ? ", and to those who were not drawn" : "");
}

void ask_whether(Session& session, const FinishOptions& finish) {
  const OrderedJson campaign =
      session.request(kPlace, "GET", "/api/v1/campaigns/" + percent_encoded(finish.slug)).body;
  if (const std::string what = prospect(campaign); !what.empty()) {
    confirm(kPlace, what, finish.slug);
  }
}

// What the signal handler prints. Set before it is installed: a handler may only call functions
// such as write(), so it must not compose a text (signal-safety(7)).
std::string last_words;

// While this lives, Ctrl-C ends the command but not the finish, and says so.
class Interruptible {
 public:
  Interruptible(const std::string& slug, bool has_server) {
    last_words = std::string("\n") + kPlace + ": " +
                 (has_server ? "the server goes on by itself"
                             : "promotions serve goes on with it by itself") +
                 "; promotions campaign show " + slug + " tells how it stands\n";
    std::signal(SIGINT, [](int /*number*/) {
      [[maybe_unused]] const ssize_t written =
          ::write(STDERR_FILENO, last_words.data(), last_words.size());
      ::_exit(kInterrupted);
    });
  }
  ~Interruptible() { std::signal(SIGINT, SIG_DFL); }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  static constexpr int kInterrupted = 130;  // as shells report it: 128 + SIGINT
};

std::string words_of(const OrderedJson& answer) {
  const std::string reason = answer.value("waiting_for", "");
  if (reason != "beacon") return "drawing";
  const std::string detail = answer.value("detail", "");
  if (detail.empty()) return "waiting for the beacon";
  return "waiting for the beacon: " + detail + " (" +
         answer.value("attempts", OrderedJson(0)).dump() + " tries since " +
         answer.value("since", "?") + ", next at " + answer.value("next_try_at", "?") + ")";
}

// Repeats the request until the draw is done, until it waits for a value that only the organiser
// can give, or until it has waited for its beacon long enough. The request may be repeated: a list
// that is stopped stays so.
ControlAnswer ask_to_finish(Session& session, const FinishOptions& finish) {
  std::string path = "/finish_campaign?campaign=" + percent_encoded(finish.slug);
  if (finish.value) path += "&value=" + percent_encoded(*finish.value);
  std::optional<Progress> progress(std::in_place, "drawing");
  std::string words = "drawing";
  const SteadyTime began_at = SteadyTime::clock::now();
  for (;;) {
    progress->tick();
    const SteadyTime asked_at = SteadyTime::clock::now();
    ControlAnswer answer = session.request(kPlace, "POST", path);
    // 202: the list is stopped, and the draw is still under way.
    const std::string reason = answer.body.value("waiting_for", "");
    if (answer.status != 202 || reason == "value") return answer;
    const bool in_trouble = answer.body.contains("detail");
    if (reason == "beacon" &&
        asked_at >= began_at + (in_trouble ? kPatienceInTrouble : kPatience)) {
      return answer;
    }
    if (const std::string now = words_of(answer.body); now != words) {
      progress.emplace(now);
      words = now;
    }
    // The server answers most requests only after some seconds. If it answers at once, wait here.
    std::this_thread::sleep_until(asked_at + kAskAgainAfter);
  }
}

void say_what_is_waited_for(const FinishOptions& finish, const OrderedJson& answer,
                            bool goes_on_by_itself) {
  if (answer.value("waiting_for", "") == "value") {
    std::fprintf(
        stderr,
        "campaign finish: the list of %s is sealed, and its draw waits for the value of its "
        "beacon; once everybody can look it up, give it with --value\n",
        finish.slug.c_str());
    return;
  }
  std::fprintf(stderr,
               "campaign finish: %s is %s; %s, and promotions campaign show %s tells how "
               "it stands\n",
               finish.slug.c_str(), words_of(answer).c_str(),
               goes_on_by_itself
                   ? "the server goes on by itself"
                   : "nobody goes on with it now: start promotions serve, which does by itself",
               finish.slug.c_str());
}

int finish(const GlobalOptions& options, const FinishOptions& finish) {
  Session session(options);
  if (!finish.sure) ask_whether(session, finish);
  // Ctrl-C while the question is shown still just ends the command.
  const ControlAnswer answer = [&] {
    const Interruptible interruptible(finish.slug, session.has_server());
    return ask_to_finish(session, finish);
  }();
  const bool is_waiting = answer.status == 202;
  if (is_waiting) say_what_is_waited_for(finish, answer.body, session.has_server());
  if (options.json) {
    print_json(answer.body);
    return kDone;
  }
  if (is_waiting) return kDone;
  std::printf("%s: %s entrants\n", finish.slug.c_str(), answer.body["entrants"].dump().c_str());
  const std::vector<Column> columns{
      {"POSITION", "position"}, {"TICKET", "ticket"}, {"EMAIL", "email"}, {"STATE", "state"}};
  std::puts("Winners");
  print_table(answer.body["winners"], columns);
  std::puts("Alternates");
  print_table(answer.body["alternates"], columns);
  return kDone;
}

}  // namespace

void add_finish(CLI::App& campaign, Action& action) {
  CLI::App* command =
      campaign.add_subcommand("finish", "Close a campaign, draw, and mail the winners");
  const auto options = std::make_shared<FinishOptions>();
  command->add_option("SLUG", options->slug, "The campaign")->required();
  command->add_option("--value", options->value, "Value of the beacon's public source");
  command->add_flag("-y,--yes", options->sure, "No confirmation");
  command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return finish(global, *options); };
  });
}

}  // namespace promotions

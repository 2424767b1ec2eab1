// A campaign's draw from its commitment to its check by others, through the real binary.
#include <fstream>
#include <regex>
#include <thread>

#include "integration/running_server.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/canonical_json.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;

namespace {

constexpr char kScript[] = PROMOTIONS_SOURCE_DIR "/scripts/verify_draw.py";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Out of quoted-printable.
std::string decoded(const std::string& data) {
  std::string text;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else if (data[i] == '=' && data.find_first_not_of("0123456789ABCDEF", i + 1) > i + 2) {
      text += static_cast<char>(std::stoi(data.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += data[i];
    }
  }
  return text;
}

std::string first_match(const std::string& text, const std::string& pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : std::string();
}

std::string file_with(const RunningServer& server, const std::string& name,
                      const std::string& text) {
  const std::string path = server.folder().file(name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// The server with its mail server, and people who do what the mails ask them to.
class Raffle {
 public:
  // Signs up, and verifies when the mail has come. Returns the receipt mail.
  std::string enter(const std::string& slug, const std::string& email) {
    REQUIRE(server.sign_up(slug, email).status == 202);
    const std::string link = link_in(mail_to(email, 0));
    REQUIRE(server.get(link).body.at("status") == "verified");
    return decoded(mail_to(email, 1));
  }

  // The mail of this number, from 0, to an address; waits for it.
  std::string mail_to(const std::string& email, std::size_t number) {
    INFO("waiting for mail " << number << " to " << email);
    while (true) {
      const std::vector<ReceivedMail> mails = smtp.messages();
      std::size_t found = 0;
      for (const ReceivedMail& mail : mails) {
        if (mail.recipients.front() == email && found++ == number) return mail.data;
      }
      REQUIRE(smtp.wait_for_messages(mails.size() + 1, kSoon));
    }
  }

  Reply disqualify(const std::string& slug, int position) {
    return server.admin("POST", "/api/v1/campaigns/" + slug + "/disqualify",
                        {{"position", position}, {"reason", "under age"}});
  }

  // By the binary and by the script; what both print.
  std::string check(int status, const std::string& slug, std::vector<std::string> receipt = {}) {
    const std::string draw =
        file_with(server, "draw.json", server.get("/c/" + slug + "/draw.json").text);
    const std::string leaves =
        file_with(server, "leaves.txt", server.get("/c/" + slug + "/leaves.txt").text);
    receipt.insert(receipt.begin(), {draw, "--leaves", leaves});
    std::vector<std::string> binary{"draw", "verify"};
    binary.insert(binary.end(), receipt.begin(), receipt.end());
    const ProgramResult first = server.command(binary);
    std::vector<std::string> script{"timeout", "60", "/usr/bin/python3", "-B", kScript};
    script.insert(script.end(), receipt.begin(), receipt.end());
    const ProgramResult second = run_program(script);
    CAPTURE(first.output, second.output);
    CHECK(first.status == status);
    CHECK(second.status == status);
    return first.output + second.output;
  }

  SmtpServer smtp;
  RunningServer server{{"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
                        "mail.smtp.port=" + std::to_string(smtp.port()), "mail.smtp.security=none",
                        "mail.smtp.connections=1",  // so that mails come in their order
                        "mail.from=Raffles <raffles@example.org>"}};
};

const std::vector<std::string> kPeople{"ana@uno.example", "berta@dos.example", "carla@tres.example",
                                       "diana@uno.example"};

}  // namespace

TEST_CASE("a draw is committed to, sealed, drawn, claimed and checked by whoever entered",
          "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("navidad", {{"locale", "en"},
                                     {"winners", 1},
                                     {"alternates", 2},
                                     {"claim_within", "7d"},
                                     {"witnesses", {"notary@example.com"}}});
  const Json before = server.get("/c/navidad.json").body;
  const auto commitment = before.at("commitment").get<std::string>();
  CHECK(std::regex_match(commitment, std::regex("[0-9a-f]{64}")));
  CHECK(before.at("state") == "open");
  CHECK(before.at("winners") == 1);
  CHECK(before.at("alternates") == 2);
  CHECK(before.at("beacon") == Json{{"kind", "none"}});
  CHECK(before.at("seal").is_null());
  CHECK(before.at("seal_hash").is_null());
  for (const char* path : {"seal.json", "draw.json", "leaves.txt", "proof?ticket=1"}) {
    const Reply reply =
        server.get(std::string("/c/navidad/") + path, {{"Accept", "application/json"}});
    CAPTURE(path);
    CHECK(reply.status == 404);
    CHECK(reply.code() == "draw_not_sealed");
  }

  std::vector<std::string> nonces;
  for (const std::string& email : kPeople) {
    const std::string receipt = raffle.enter("navidad", email);
    const std::string ticket = std::to_string(nonces.size() + 1);
    CAPTURE(receipt);
    CHECK(holds(receipt, "Ticket: " + ticket + "\r\n"));
    CHECK(holds(receipt, "/c/navidad/proof?ticket=" + ticket));
    CHECK(holds(receipt, commitment));
    nonces.push_back(first_match(receipt, "nonce\\)?: ([0-9a-f]{32})[^0-9a-f]"));
    REQUIRE_FALSE(nonces.back().empty());
  }
  const Reply finished = server.admin("POST", "/finish_campaign?campaign=navidad");
  REQUIRE(finished.status == 200);
  CHECK(finished.body.at("entrants") == 4);

  // The witness was sent what is published.
  const Reply seal = server.get("/c/navidad/seal.json");
  CHECK(seal.status == 200);
  CHECK(seal.body.at("commitment") == commitment);
  const std::string testimony = decoded(raffle.mail_to("notary@example.com", 0));
  CAPTURE(testimony);
  const std::string record = seal.text.substr(0, seal.text.rfind('}') + 1);
  CHECK(holds(testimony, record));
  const Json after = server.get("/c/navidad.json").body;
  CHECK(after.at("state") == "finished");
  CHECK(after.at("seal") == seal.body);
  CHECK(after.at("seal_hash") == to_hex(sha256(record)));

  const Reply draw = server.get("/c/navidad/draw.json");
  CHECK(draw.status == 200);
  CHECK(draw.body.at("seal") == seal.body);
  CHECK(draw.body.at("drawn").size() == 3);
  CHECK(canonical_json(draw.body) + "\n" == draw.text + (draw.text.ends_with('\n') ? "" : "\n"));
  const Reply leaves = server.get("/c/navidad/leaves.txt");
  CHECK(leaves.status == 200);
  CHECK(leaves.text.size() == 4 * 65);
  const Reply head = server.head("/c/navidad/leaves.txt");
  CHECK(head.status == 200);
  CHECK(head.text.empty());
  CHECK(head.headers.find("Content-Length")->second == "260");
  for (const std::string& text : {draw.text, leaves.text, seal.text}) CHECK_FALSE(holds(text, "@"));

  const Reply proof = server.get("/c/navidad/proof?ticket=2");
  CHECK(proof.status == 200);
  CHECK(proof.body.at("root") == seal.body.at("root"));
  CHECK(proof.body.at("leaf") == leaves.text.substr(65, 64));
  CHECK(proof.body.at("key").get<std::string>().size() == 64);
  CHECK(proof.body.at("path").size() == 2);

  // The winner claims, loses the prize nevertheless, and all of it can be checked.
  const auto winner = finished.body.at("winners")[0].at("email").get<std::string>();
  const std::string claim =
      first_match(decoded(raffle.mail_to(winner, 2)), "(/claim\\?token=[A-Za-z0-9_-]+)");
  CHECK(server.head(claim).status == 200);
  CHECK(server.get(claim).body.at("status") == "confirmation_required");
  const std::string token = claim.substr(claim.find("token="));
  CHECK(server.post_form("/claim", token).body.at("status") == "claimed");
  CHECK(server.post_form("/claim", token).body.at("status") == "already_claimed");
  CHECK(server.get(claim).body.at("status") == "already_claimed");
  CHECK(holds(decoded(raffle.mail_to("boss@example.org", 1)), winner));  // accepted by whom
  const Reply lost = raffle.disqualify("navidad", 1);
  CHECK(lost.status == 200);
  CHECK(lost.body.at("promoted") == 2);
  CHECK(server.get(claim).code() == "token_expired");
  const Reply twice = raffle.disqualify("navidad", 1);
  CHECK(twice.status == 409);
  CHECK(twice.code() == "already_disqualified");
  const auto heir = finished.body.at("alternates")[0].at("email").get<std::string>();
  CHECK(holds(decoded(raffle.mail_to(heir, 2)), "/claim?token="));

  for (std::size_t i = 0; i < kPeople.size(); ++i) {
    const std::string output = raffle.check(
        0, "navidad",
        {"--ticket", std::to_string(i + 1), "--nonce", nonces[i], "--email", kPeople[i],
         "--commitment", commitment, "--terms", before.at("terms").get<std::string>()});
    CHECK_FALSE(holds(output, "WRONG"));
  }
  raffle.check(1, "navidad", {"--ticket", "1", "--nonce", nonces[1], "--email", kPeople[0]});
}

TEST_CASE("a draw's page is for people, and shows nobody's address", "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("navidad", {{"locale", "en"}, {"winners", 2}, {"alternates", 2}});
  CHECK(server.get("/c/navidad/draw").code() == "draw_not_sealed");
  const Reply early = server.get("/c/navidad/draw", {{"Accept", "text/html"}});
  CHECK(early.status == 404);
  CHECK(holds(early.text, "<html lang=\"en\""));
  for (const std::string& email : kPeople) raffle.enter("navidad", email);
  server.admin("POST", "/finish_campaign?campaign=navidad");
  raffle.disqualify("navidad", 1);

  const Reply page = server.get("/c/navidad/draw");
  CAPTURE(page.text);
  CHECK(page.status == 200);
  CHECK(page.headers.find("Content-Type")->second.starts_with("text/html"));
  CHECK(holds(page.text, server.get("/c/navidad/seal.json").body.at("root").get<std::string>()));
  CHECK(holds(page.text, "under age"));
  // Whoever has lost the prize is only a ticket.
  std::size_t shown = 0;
  for (const std::string& email : kPeople) {
    const std::string domain = email.substr(email.find('@') + 1);
    const std::string masked = email.substr(0, 1) + "•••@" + domain.substr(0, 1) + "•••.example";
    shown += holds(page.text, masked) ? 1 : 0;
    CHECK_FALSE(holds(page.text, email));
    CHECK_FALSE(holds(page.text, email.substr(0, email.find('@'))));
    CHECK_FALSE(holds(page.text, domain));
  }
  CHECK(shown == kPeople.size() - 1);
  CHECK_FALSE(holds(page.text, "boss@example.org"));
}

TEST_CASE("a public beacon's draw waits for its value, and takes it once", "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  const Json beacon = {{"kind", "public"},
                       {"source", "the lottery of 24 December"},
                       {"format", "99 999"},
                       {"known_from", "2999-12-24T09:00:00Z"}};
  server.create_campaign("lottery", {{"beacon", beacon}, {"winners", 1}});
  CHECK(server.get("/c/lottery.json").body.at("beacon") == beacon);
  raffle.enter("lottery", kPeople[0]);
  raffle.enter("lottery", kPeople[1]);
  const auto finish = [&](const std::string& more) {
    return server.admin("POST", "/finish_campaign?campaign=lottery" + more);
  };
  const Reply waiting = finish("");
  CHECK(waiting.status == 202);
  CHECK(waiting.body.at("status") == "finishing");
  CHECK(waiting.body.at("waiting_for") == "value");
  CHECK(server.get("/c/lottery/seal.json").body.at("beacon") == beacon);
  const Reply early = server.get("/c/lottery/draw.json");
  CHECK(early.status == 404);
  CHECK(early.code() == "not_drawn");
  CHECK(raffle.disqualify("lottery", 1).code() == "campaign_not_finished");

  const Reply misspelt = finish("&value=12345");
  CHECK(misspelt.status == 422);
  CHECK(misspelt.code() == "invalid_field");
  CHECK(holds(misspelt.text, "character 3 is \\\"3\\\", expected \\\" \\\""));
  const Reply finished = finish("&value=12%20345");
  CHECK(finished.status == 200);
  CHECK(server.get("/c/lottery/draw.json").body.at("reveal").at("value") == "12 345");
  CHECK(finish("&value=12%20345").body == finished.body);
  const Reply other = finish("&value=12%20346");
  CHECK(other.status == 409);
  CHECK(other.code() == "value_fixed");
  raffle.check(0, "lottery");
}

TEST_CASE("a draw refuses what does not fit its state", "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("open");
  server.create_campaign("later", {{"opens_at", "2999-01-01T00:00:00Z"}});
  const Json beacon = {{"kind", "public"},
                       {"source", "the lottery"},
                       {"format", "99999"},
                       {"known_from", "2999-12-24T09:00:00Z"}};
  const auto patch = [&](const std::string& slug, const Json& change) {
    return server.admin("PATCH", "/api/v1/campaigns/" + slug, change);
  };
  const auto check = [](const Reply& reply, int status, const std::string& code) {
    CAPTURE(reply.text);
    CHECK(reply.status == status);
    CHECK(reply.code() == code);
  };
  CHECK(patch("later", {{"beacon", beacon}}).status == 200);
  CHECK(server.get("/c/later.json").body.at("beacon") == beacon);
  check(patch("open", {{"beacon", beacon}}), 409, "terms_fixed");
  CHECK(patch("open", {{"beacon", {{"kind", "none"}}}}).status == 200);  // no change

  raffle.enter("open", kPeople[0]);
  check(server.admin("POST", "/finish_campaign?campaign=open&value=7"), 422, "invalid_field");
  check(raffle.disqualify("open", 1), 409, "campaign_not_finished");
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=open").status == 200);
  check(server.get("/c/open/proof?ticket=2"), 404, "ticket_not_found");
  check(server.get("/c/open/proof?ticket=x"), 404, "ticket_not_found");
  check(server.get("/c/open/proof"), 422, "invalid_field");
  check(server.get("/c/unknown/proof?ticket=1"), 404, "campaign_not_found");
  check(server.get("/c/unknown/draw.json"), 404, "campaign_not_found");
  check(server.get("/c/unknown.json"), 404, "campaign_not_found");
  check(server.get("/c/unknown"), 404, "campaign_not_found");
  check(raffle.disqualify("open", 2), 409, "no_prize");
  check(raffle.disqualify("unknown", 1), 404, "campaign_not_found");
  check(server.post("/api/v1/campaigns/open/disqualify", {{"position", 1}, {"reason", "x"}}), 401,
        "unauthorized");
  check(server.get("/claim?token=x"), 404, "invalid_token");
}

TEST_CASE("a draw that a kill interrupts is completed after the restart", "[integration]") {
  Raffle raffle;
  RunningServer& server = raffle.server;
  server.create_campaign("crash", {{"winners", 2}, {"alternates", 1}});
  for (const std::string& email : kPeople) raffle.enter("crash", email);
  const auto commitment = server.get("/c/crash.json").body.at("commitment");
  std::thread request([&] {
    try {
      server.admin("POST", "/finish_campaign?campaign=crash");
    } catch (const std::exception&) {  // the answer may be lost
    }
  });
  server.kill();
  request.join();
  server.restart();
  const Reply finished = server.admin("POST", "/finish_campaign?campaign=crash");
  CHECK(finished.status == 200);
  CHECK(finished.body.at("entrants") == 4);
  CHECK(server.get("/c/crash/seal.json").body.at("commitment") == commitment);
  raffle.check(0, "crash");
}

TEST_CASE("a draw by command is that of the request, value and disqualification included",
          "[integration]") {
  Raffle raffle;
  raffle.server.create_campaign("commands", {{"winners", 1},
                                             {"alternates", 1},
                                             {"beacon",
                                              {{"kind", "public"},
                                               {"source", "the lottery of Christmas"},
                                               {"format", "99 999"},
                                               {"known_from", "2999-12-24T09:00:00Z"}}}});
  for (const std::string& email : kPeople) raffle.enter("commands", email);
  const auto run = [&](std::vector<std::string> arguments) {
    const ProgramResult result = raffle.server.command(std::move(arguments));
    CAPTURE(result.output);
    CHECK(result.status == 0);
    return result.output;
  };
  const std::string waiting = run({"campaign", "finish", "commands", "--yes", "--json"});
  CHECK(holds(waiting, "give it with --value"));
  CHECK(holds(waiting, "\"waiting_for\""));
  const std::string finished =
      run({"campaign", "finish", "commands", "--yes", "--value", "52 431", "--json"});
  CHECK(Json::parse(finished).at("winners").size() == 1);
  CHECK(Json::parse(raffle.server.get("/c/commands/draw.json").text).at("reveal").at("value") ==
        "52 431");
  run({"campaign", "disqualify", "commands", "--position", "1", "--reason", "works here"});
  raffle.check(0, "commands");
}

TEST_CASE("a draw where aliases are merged is checked by the address in the receipt, and no alias",
          "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("merged", {{"locale", "en"}, {"aliases", "merge"}});
  const std::string receipt = raffle.enter("merged", "a.na+1@gmail.com");
  CAPTURE(receipt);
  CHECK(holds(receipt, "Address in the list: ana@gmail.com"));
  const std::string nonce = first_match(receipt, "nonce\\)?: ([0-9a-f]{32})[^0-9a-f]");
  const Reply drawn = server.admin("POST", "/finish_campaign?campaign=merged");
  REQUIRE(drawn.status == 200);
  CHECK(drawn.body.at("winners").at(0).at("email") == "a.na+1@gmail.com");  // where mail goes
  const auto check = [&](int status, const std::string& email) {
    return raffle.check(status, "merged", {"--ticket", "1", "--nonce", nonce, "--email", email});
  };
  check(0, "ana@gmail.com");
  check(1, "a.na+1@gmail.com");
  check(1, "Ana@gmail.com");
  check(1, "eva@gmail.com");
}

TEST_CASE("a winner whose address refuses the mail is mailed at another one", "[integration]") {
  Raffle raffle;
  const RunningServer& server = raffle.server;
  server.create_campaign("navidad",
                         {{"locale", "en"}, {"prizes", {{{"name", "Hamper"}, {"count", 1}}}}});
  raffle.enter("navidad", kPeople[0]);
  raffle.smtp.on(SmtpStep::rcpt, SmtpAction::reply("550 5.1.1 no such user"), 1);
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=navidad").status == 200);
  const std::string told = decoded(raffle.mail_to("boss@example.org", 1));
  CAPTURE(told);
  CHECK(holds(told, "promotions campaign correct navidad --position 1 --email"));

  const auto correct = [&](const std::string& position, const Json& body) {
    return server.admin("PATCH", "/api/v1/campaigns/navidad/winners/" + position, body);
  };
  CHECK(correct("1", {{"email", "nobody"}}).code() == "invalid_email");
  CHECK(correct("1", {{"email", "a@b.example"}, {"name", "x"}}).code() == "invalid_field");
  CHECK(correct("2", {{"email", "a@b.example"}}).code() == "not_found");
  CHECK(correct("x", {{"email", "a@b.example"}}).code() == "not_found");
  const Reply done = correct("1", {{"email", "Ana.New@uno.example"}});
  CAPTURE(done.text);
  CHECK(done.status == 200);
  CHECK(done.body == Json{{"position", 1},
                          {"ticket", 1},
                          {"email", "Ana.New@uno.example"},
                          {"prize", "Hamper"},
                          {"state", "pending"}});
  CHECK(holds(decoded(raffle.mail_to("Ana.New@uno.example", 0)), "Hamper"));
  CHECK(correct("1", {{"email", "a@b.example"}}).code() == "not_unreachable");
  const auto late = server.command(
      {"campaign", "correct", "navidad", "--position", "1", "--email", "a@b.example"});
  CAPTURE(late.output);
  CHECK(late.status == 1);
  CHECK(holds(late.output, "only an address whose winner's mail was refused for good"));
  raffle.check(0, "navidad");
}

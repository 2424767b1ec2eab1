// What participants are told, in JSON and in words.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "integration/running_server.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;

namespace {

const httplib::Headers kPage{{"Accept", "text/html"}, {"Accept-Language", "en"}};
const httplib::Headers kAnyPage{{"Accept", "text/html"}};
const httplib::Headers kSpanishPage{{"Accept", "text/html"}, {"Accept-Language", "es"}};
constexpr char kAna[] = "ana@example.org";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Reply sign_up(const RunningServer& server, const Json& data, const httplib::Headers& headers = {},
              const std::string& slug = "open") {
  return server.post("/add_subscriber", {{"campaign", slug}, {"email", kAna}, {"data", data}},
                     headers);
}

// Of a 409.
std::string mail_of(const Reply& reply) {
  CAPTURE(reply.text);
  CHECK(reply.status == 409);
  CHECK(reply.code() == "already_registered");
  return reply.body.value("mail", "");
}

std::string retry_after(const Reply& reply) {
  const auto found = reply.headers.find("Retry-After");
  return found == reply.headers.end() ? std::string() : found->second;
}

}  // namespace

TEST_CASE("words: a repeated sign-up says what of the mail, in JSON and on the page",
          "[integration]") {
  SmtpServer smtp;
  RunningServer server({"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
                        "mail.smtp.port=" + std::to_string(smtp.port()), "mail.smtp.security=none",
                        "mail.smtp.connections=1",  // so that mails arrive in their order
                        "limits.mails_per_address_per_day=3"});
  server.create_campaign("open", {{"locale", "en"}, {"time_zone", "Europe/Madrid"}});
  CHECK(sign_up(server, {{"name", "Stranger"}}).status == 202);

  const Reply waiting = sign_up(server, {{"name", "Stranger"}});
  CHECK(mail_of(waiting) == "waiting");
  CHECK(std::stoi(retry_after(waiting)) > 590);
  CHECK(std::stoi(retry_after(waiting)) <= 601);
  const Reply waiting_page = sign_up(server, {{"name", "Stranger"}}, kPage);
  CHECK(waiting_page.status == 409);
  CHECK(has(waiting_page.text, "We sent the message a short while ago, on "));
  CHECK(has(waiting_page.text, "(Madrid time)"));
  CHECK(has(waiting_page.text, "again in 10 minutes"));

  CHECK(mail_of(sign_up(server, {{"name", "Ana <b>"}})) == "sent");
  const Reply sent_page = sign_up(server, {{"name", "Anna"}}, kPage);
  CHECK(has(sent_page.text, "We have sent the message again"));
  const Reply limited = sign_up(server, {{"name", "Four"}});
  CHECK(mail_of(limited) == "limited");
  CHECK(retry_after(limited).empty());
  CHECK(has(sign_up(server, {{"name", "Four"}}, kPage).text, "as often as we can today"));

  REQUIRE(smtp.wait_for_messages(3, kSoon));
  const std::string hers = smtp.messages().at(1).data;
  CHECK(has(hers, "name: Ana <b>"));
  CHECK_FALSE(has(hers, "Stranger"));
  CHECK(server.get(link_in(hers)).body.at("status") == "verified");
  const Json items = server.admin("GET", "/api/v1/campaigns/open/subscribers").body.at("items");
  CHECK(items.at(0).at("data") == Json{{"name", "Ana <b>"}});
  CHECK(server.get(link_in(smtp.messages().at(0).data)).body.at("status") == "already_verified");
  CHECK(mail_of(sign_up(server, {{"name", "Stranger"}})) == "none");
  CHECK(has(sign_up(server, Json::object(), kPage).text, "You take part already"));
}

TEST_CASE("words: when as much is said of an address as is kept, the page says so",
          "[integration]") {
  RunningServer server;
  server.create_campaign("open", {{"locale", "en"}});
  for (int i = 0; i < 6; ++i) {
    const Reply kept = sign_up(server, {{"name", std::to_string(i)}});
    CHECK(kept.status == (i == 0 ? 202 : 409));
  }
  const Reply full = sign_up(server, {{"name", "6"}});
  CHECK(mail_of(full) == "limited");
  CHECK(has(full.text, "this one was not kept"));
  const std::string page = sign_up(server, {{"name", "6"}}, kPage).text;
  CHECK(has(page, "we keep no further one"));
  CHECK_FALSE(has(page, "as often as we can today"));
}

TEST_CASE("words: a concealing campaign says the same of every sign-up, and only what holds",
          "[integration]") {
  RunningServer server;
  server.create_campaign("open", {{"duplicates", "conceal"}, {"locale", "en"}});
  const Reply first = sign_up(server, {{"name", "0"}}, kPage);
  CHECK(first.status == 202);
  CHECK(has(first.text, "A message from us is in the mailbox"));
  CHECK_FALSE(has(first.text, "We have sent"));
  for (int i = 1; i <= 7; ++i) {
    const Reply more = sign_up(server, {{"name", std::to_string(i)}}, kPage);
    CHECK(more.status == first.status);
    CHECK(more.text == first.text);
  }
}

TEST_CASE("words: a concealing campaign keeps its promise of a mail", "[integration]") {
  SmtpServer smtp;
  RunningServer server({"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
                        "mail.smtp.port=" + std::to_string(smtp.port()),
                        "mail.smtp.security=none"});
  server.create_campaign("open", {{"duplicates", "conceal"}});
  const Reply fresh = sign_up(server, Json::object());
  REQUIRE(smtp.wait_for_messages(1, kSoon));
  CHECK(server.get(link_in(smtp.messages().front().data)).body.at("status") == "verified");
  REQUIRE(smtp.wait_for_messages(2, kSoon));  // the receipt
  const Reply known = sign_up(server, {{"name", "Other"}});
  CHECK(known.status == fresh.status);
  CHECK(known.text == fresh.text);
  REQUIRE(smtp.wait_for_messages(3, kSoon));
  CHECK(has(smtp.messages().at(2).data, "Subject: Ya participas"));
}

TEST_CASE("words: a campaign that is not open says whether not yet or no more, and when",
          "[integration]") {
  RunningServer server;
  server.create_campaign("open", {{"opens_at", "2999-01-02T10:00:00Z"},
                                  {"closes_at", "2999-02-03T10:00:00Z"},
                                  {"time_zone", "Europe/Madrid"}});
  const Reply early = sign_up(server, Json::object());
  CHECK(early.status == 409);
  CHECK(early.code() == "campaign_not_open");
  CHECK(early.body.at("reason") == "not_yet");
  CHECK(early.body.at("opens_at") == "2999-01-02T10:00:00Z");
  CHECK(early.body.at("closes_at") == "2999-02-03T10:00:00Z");
  // A browser that asks for no language of ours reads the campaign's.
  const std::string early_page = sign_up(server, Json::object(), kAnyPage).text;
  CHECK(has(early_page, "todavía no ha empezado"));
  CHECK(has(early_page, "02/01/2999 11:00"));
  CHECK(has(early_page, "03/02/2999 11:00"));

  server.create_campaign("past", {{"locale", "en"}, {"closes_at", "2001-02-03T10:00:00Z"}});
  const Reply late = sign_up(server, Json::object(), {}, "past");
  CHECK(late.code() == "campaign_not_open");
  CHECK(late.body.at("reason") == "over");
  CHECK(late.body.at("opens_at").is_null());
  const std::string late_page = sign_up(server, Json::object(), kPage, "past").text;
  CHECK(has(late_page, "This raffle is over"));
  CHECK(has(late_page, "3 February 2001"));
  CHECK_FALSE(has(late_page, "later"));
}

TEST_CASE("words: an excluded address is told so, in JSON and on the page", "[integration]") {
  RunningServer server;
  server.create_campaign("open", {{"locale", "en"}, {"exclusions", {"ana@example.org"}}});
  const Reply reply = sign_up(server, Json::object());
  CHECK(reply.status == 422);
  CHECK(reply.code() == "not_eligible");
  CHECK(has(sign_up(server, Json::object(), kPage).text, "This address cannot take part"));
}

TEST_CASE("words: the server's own address says what it is, to people and to programs",
          "[integration]") {
  const RunningServer server;
  const Reply english = server.get("/", kPage);
  CHECK(english.status == 200);
  CHECK(has(english.text, "Raffles by email"));
  CHECK(has(server.get("/", kSpanishPage).text, "Sorteos por correo"));
  CHECK(server.get("/").status == 200);
  CHECK(server.get("/").body == Json{{"service", "promotions"}});
}

TEST_CASE("words: each refusal that people meet has a page of its own, in their language",
          "[integration]") {
  RunningServer server({"limits.sign_ups_per_minute=1"});
  server.create_campaign("open");
  const auto says = [](const Reply& reply, int status, const std::string& text) {
    CAPTURE(reply.text);
    CHECK(reply.status == status);
    CHECK(has(reply.text, "<h1>" + text + "</h1>"));
    CHECK_FALSE(has(reply.text, "must be"));
  };
  says(server.get("/nothing", kPage), 404, "There is no page here");
  says(server.get("/nothing", kSpanishPage), 404, "Aquí no hay ninguna página");
  says(server.get("/add_subscriber", kSpanishPage), 405, "Esta dirección no se puede abrir así");
  says(server.get("/finish_campaign?campaign=open", kSpanishPage), 401,
       "Esta página es para la organización");
  says(server.post_form("/add_subscriber", "campaign=none&email=a@example.org", kSpanishPage), 404,
       "No encontramos este sorteo");
  const Reply wrong =
      server.post("/add_subscriber", {{"campaign", "open"}, {"email", 7}, {"data", "x"}}, kAnyPage);
  CHECK(wrong.status == 422);
  CHECK(has(wrong.text, "<h2>Revisa lo que has escrito</h2>"));
  CHECK(has(wrong.text, "hay un dato, «data», que este formulario no tiene"));
  CHECK(server.sign_up("open", "ana@example.org").status == 202);
  says(server.post_form("/add_subscriber", "campaign=open&email=b@example.org", kAnyPage), 429,
       "Demasiados intentos");
}

TEST_CASE("campaigns: two changes of different fields at the same moment both hold",
          "[integration]") {
  constexpr int kPairs = 40;
  RunningServer server;
  server.create_campaign("open");
  for (int i = 1; i <= kPairs; ++i) {
    const auto change = [&](const char* field, const Json& value) {
      return std::thread([&server, field, value] {
        server.admin("PATCH", "/api/v1/campaigns/open", {{field, value}});
      });
    };
    std::thread name = change("name", "name " + std::to_string(i));
    std::thread age = change("minimum_age", i);
    name.join();
    age.join();
    const Json campaign = server.admin("GET", "/api/v1/campaigns/open").body;
    CAPTURE(i);
    CHECK(campaign.at("name") == "name " + std::to_string(i));
    CHECK(campaign.at("minimum_age") == i);
  }
  // What makes no sense together is refused, whichever comes second.
  CHECK(server.admin("PATCH", "/api/v1/campaigns/open", {{"opens_at", "2030-01-02T00:00:00Z"}})
            .status == 200);
  const Reply refused =
      server.admin("PATCH", "/api/v1/campaigns/open", {{"closes_at", "2030-01-01T00:00:00Z"}});
  CHECK(refused.status == 422);
  CHECK(refused.body.at("errors").at(0).at("field") == "closes_at");
}

TEST_CASE("words: after the draw nobody is told that they may still win", "[integration]") {
  RunningServer server;
  server.create_campaign("open", {{"locale", "es"}});
  CHECK(sign_up(server, Json::object()).status == 202);
  const std::string link = server.wait_for_links(1).front();
  CHECK(server.get(link).status == 200);
  CHECK(server.admin("POST", "/finish_campaign?campaign=open").status == 200);
  const std::string where = "<a href=\"c/open/draw\">Mira cómo se hizo y compruébalo</a>";
  const Reply again = server.get(link, kSpanishPage);
  CHECK(again.status == 200);
  CHECK(has(again.text, "El sorteo ya se ha hecho"));
  CHECK(has(again.text, where));
  const Reply late = sign_up(server, {{"name", "late"}}, kSpanishPage);
  CHECK(late.status == 409);
  CHECK(has(late.text, "Ya no es posible apuntarse."));
  CHECK(has(late.text, where));
  for (const Reply& page : {again, late}) CHECK_FALSE(has(page.text, "si ganas"));
}

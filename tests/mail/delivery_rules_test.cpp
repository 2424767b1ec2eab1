#include "mail/delivery_rules.h"

#include <set>

#include "mail/reply_of.h"
#include "mail/smtp_dialogue.h"
#include "promotions/base/encoding.h"
#include "promotions/mail/consequence.h"
#include "support/catch.h"

using namespace promotions;
using enum SmtpStage;
using enum DeliveryClass;

TEST_CASE("delivery rules: row by row", "[mail]") {
  struct Row {
    SmtpStage stage;
    SmtpReply reply;
    TransferFault fault;
    DeliveryClass expected;
  };
  constexpr auto none = TransferFault::none;
  constexpr auto lost = TransferFault::lost;
  constexpr auto timeout = TransferFault::timeout;
  constexpr auto local = TransferFault::local;
  for (const Row& row : {
           // Connecting and greeting are the lane's.
           Row{connect, {}, TransferFault::unreachable, lane_trouble},
           Row{connect, {}, TransferFault::tls, lane_trouble},
           Row{connect, {}, timeout, lane_trouble},
           Row{greeting, {554, {5}}, lost, refused_us},
           Row{greeting, {421}, lost, crowded},
           Row{greeting, {450, {4}}, lost, crowded},
           Row{hello, {421}, lost, crowded},
           Row{hello, {550, {5}}, lost, refused_us},
           Row{hello, {}, lost, lane_trouble},
           Row{hello, {250}, TransferFault::tls, lane_trouble},  // STARTTLS not offered
           Row{starttls, {454, {4}}, TransferFault::tls, lane_trouble},
           Row{starttls, {220}, TransferFault::tls, lane_trouble},  // the certificate
           // AUTH.
           Row{hello, {250}, TransferFault::no_login, auth_refused},
           Row{auth, {535, {5}}, TransferFault::no_login, auth_refused},
           Row{auth, {535}, TransferFault::no_login, auth_refused},
           Row{auth, {534}, TransferFault::no_login, auth_refused},
           Row{auth, {454, {4}}, TransferFault::no_login, lane_trouble},
           Row{auth, {454}, TransferFault::no_login, lane_trouble},
           Row{auth, {421, {4}}, TransferFault::no_login, lane_trouble},
           Row{auth, {}, lost, lane_trouble},
           Row{auth, {334}, timeout, lane_trouble},
           // A trial ends after MAIL, whatever becomes of RSET.
           Row{reset, {250, {2}}, none, delivered},
           Row{reset, {}, lost, delivered},
           // 421 at any step.
           Row{mail, {421}, lost, lane_trouble},
           Row{recipient, {421, {4}}, lost, lane_trouble},
           Row{data, {421, {5}}, lost, lane_trouble},
           Row{content, {421, {4}}, lost, lane_trouble},
           // MAIL.
           Row{mail, {}, lost, lane_trouble},
           Row{mail, {}, local, lane_trouble},
           Row{mail, {451}, lost, temporary},
           Row{mail, {550}, lost, refused_us},
           Row{mail, {552}, lost, permanent},  // too large
           Row{mail, {552, {5, 3, 4}}, lost, permanent},
           Row{mail, {550, {5, 3, 4}}, lost, permanent},
           Row{mail, {554, {5, 7, 1}}, lost, refused_us},
           Row{mail, {530, {5}}, lost, auth_refused},
           Row{mail, {535, {5}}, lost, auth_refused},
           Row{data, {538, {5}}, lost, auth_refused},
           Row{content, {530, {5}}, lost, auth_refused},
           // RCPT.
           Row{recipient, {450}, lost, temporary},
           Row{recipient, {550}, lost, permanent},
           Row{recipient, {550, {5}}, lost, permanent},
           Row{recipient, {552}, lost, temporary},
           Row{recipient, {552, {5}}, lost, temporary},
           Row{recipient, {530, {5}}, lost, auth_refused},
           Row{recipient, {}, lost, cut_off},
           Row{recipient, {}, timeout, cut_off},
           Row{recipient, {250, {2}}, lost, cut_off},  // read, and then the connection broke
           // The enhanced status wins.
           Row{recipient, {550, {4}}, lost, temporary},
           Row{recipient, {450, {5}}, lost, permanent},
           Row{content, {554, {4}}, lost, temporary},
           Row{recipient, {550, {2}}, lost, permanent},  // but not where it makes no sense
           // DATA.
           Row{data, {451}, lost, temporary},
           Row{data, {554}, lost, permanent},
           Row{data, {}, lost, cut_off},
           // After 354.
           Row{content, {250, {2}}, none, delivered},
           Row{content, {250}, lost, delivered},
           Row{content, {252}, lost, delivered},
           Row{content, {451, {4}}, lost, temporary},
           Row{content, {552}, lost, permanent},
           Row{content, {554, {5}}, lost, permanent},
           Row{content, {}, lost, in_doubt},
           Row{content, {}, timeout, in_doubt},
           Row{content, {}, local, in_doubt},
           Row{content, {}, TransferFault::tls, in_doubt},
       }) {
    CAPTURE(to_text(row.stage), row.reply.code, to_text(row.reply.status),
            static_cast<int>(row.fault));
    CHECK(to_text(classify(row.stage, row.reply, row.fault)) == to_text(row.expected));
  }
}

TEST_CASE("delivery rules: whatever happens meets a rule, and every rule is met", "[mail]") {
  std::set<const DeliveryRule*> met;
  for (int stage = 0; stage <= static_cast<int>(content); ++stage) {
    for (const int code : {0, 220, 250, 354, 421, 450, 530, 535, 538, 550, 552}) {
      for (const char* words : {"", "2.0.0", "4.3.1", "4.7.1", "5.1.1", "5.3.4", "5.7.1", "5.7.60",
                                "4.7.0 too many connections"}) {
        for (int fault = 0; fault <= static_cast<int>(TransferFault::local); ++fault) {
          const auto at = static_cast<SmtpStage>(stage);
          SmtpReply reply = reply_of("250 " + std::string(words));
          reply.code = code;
          const DeliveryRule& rule = rule_for(at, reply, static_cast<TransferFault>(fault), words);
          met.insert(&rule);
          // The last rule is what is left, so it must say what it is given.
          const bool is_last = &rule == &delivery_rules().back();
          CHECK((!is_last || (at >= recipient && (code >= 500 || *words == '5'))));
        }
      }
    }
  }
  CHECK(met.size() == delivery_rules().size());
}

TEST_CASE("consequences: what each class means for the job and its lane", "[mail]") {
  struct Row {
    DeliveryClass outcome;
    JobFate job;
    LaneFate lane;
  };
  const std::vector<Row> rows{
      Row{delivered, JobFate::done, LaneFate::goes_on},
      Row{temporary, JobFate::retried, LaneFate::goes_on},
      Row{permanent, JobFate::dead, LaneFate::goes_on},
      Row{cut_off, JobFate::retried, LaneFate::rests},
      Row{in_doubt, JobFate::late_once, LaneFate::rests},
      Row{lane_trouble, JobFate::unspent, LaneFate::rests},
      Row{crowded, JobFate::unspent, LaneFate::narrows},
      Row{auth_refused, JobFate::unspent, LaneFate::stops},
      Row{refused_us, JobFate::unspent, LaneFate::stops},
      Row{refused_unclear, JobFate::unspent, LaneFate::doubts},
      Row{deferred_us, JobFate::unspent, LaneFate::rests},
  };
  for (const Row& row : rows) {
    CAPTURE(to_text(row.outcome));
    const Consequence& consequence = consequence_of(row.outcome);
    CHECK(consequence.outcome == row.outcome);
    CHECK(consequence.job == row.job);
    CHECK(consequence.lane == row.lane);
    // Somebody pays: an attempt, or a rest.
    CHECK((consequence.job != JobFate::unspent || consequence.lane != LaneFate::goes_on));
  }
  CHECK_THROWS(consequence_of(static_cast<DeliveryClass>(rows.size())));  // there are no more
}

TEST_CASE("redacted: one bounded line that names nobody", "[mail]") {
  CHECK(redacted("550 5.1.1 <ana@example.org>: no such user") ==
        "550 5.1.1 <address>: no such user");
  CHECK(redacted("550 ana@example.org, bea@example.org.") == "550 <address>, <address>");
  CHECK(redacted("550 \"ana b\"@example.org") == "550 \"ana b\"<address>");
  CHECK(redacted("550 mailto:ñandú@example.org!") == "550 mailto:<address>");
  CHECK(redacted("550 see https://example.net/why?rcpt=ana%40example.org (x)") ==
        "550 see https:<address> (x)");
  CHECK(redacted("450 a\tb\r\nc\x01") == "450 a b  c ");
  CHECK(redacted("450 \xFF") == "450 \uFFFD");
  CHECK(redacted("550 " + std::string(300, 'x')).size() == 200);
  std::string wide = "550 ";
  for (int i = 0; i < 100; ++i) wide += "€";
  CHECK(redacted(wide).size() == 199);
  CHECK(is_utf8(redacted(wide)));
}

TEST_CASE("SmtpDialogue: keeps the reply that decided, not the 221 after it", "[mail]") {
  SmtpDialogue dialogue(false, false);
  CHECK(dialogue.received("220 hello\r\n"));
  CHECK(dialogue.stage() == greeting);
  dialogue.sent("EHLO localhost\r\n");
  CHECK(dialogue.received("250-localhost\r\n"));
  CHECK(dialogue.reply() == SmtpReply{});
  CHECK(dialogue.received("250 SIZE\r\n"));
  dialogue.sent("MAIL FROM:<a@b>\r\n");
  CHECK(dialogue.reply() == SmtpReply{});
  dialogue.received("250 ok\r\n");
  dialogue.sent("RCPT TO:<c@d>\r\n");
  dialogue.received("550-5.1.1 no\r\n");
  dialogue.received("550 5.1.1 really no\r\n");
  dialogue.sent("QUIT\r\n");
  dialogue.received("221 bye\r\n");
  CHECK(dialogue.stage() == recipient);
  CHECK(dialogue.reply() == SmtpReply{550, {5, 1, 1}});
  CHECK(dialogue.reply_line() == "550 5.1.1 no really no");
}

TEST_CASE("SmtpDialogue: the status may stand in the first line only, and text is bounded",
          "[mail]") {
  SmtpDialogue dialogue(false, false);
  dialogue.sent("DATA\r\n");
  dialogue.received("550-5.7.26 This mail has been blocked.\r\n");
  for (int i = 0; i < 1000; ++i) dialogue.received("550-more and more and more\r\n");
  CHECK(dialogue.reply() == SmtpReply{});
  dialogue.received("550 end\r\n");
  CHECK(dialogue.reply() == SmtpReply{550, {5, 7, 26}});
  CHECK(dialogue.reply_line().starts_with("550 5.7.26 This mail has been blocked. more and"));
  CHECK(dialogue.reply_line().size() < 1100);
}

TEST_CASE("SmtpDialogue: what the last EHLO offers", "[mail]") {
  SmtpDialogue dialogue(true, false);
  dialogue.received("220 hello\r\n");
  dialogue.sent("EHLO localhost\r\n");
  dialogue.received("250-localhost\r\n");
  dialogue.received("250-STARTTLS\r\n");
  dialogue.received("250-AUTH=LOGIN\r\n");
  CHECK(dialogue.received("250 AUTH GSSAPI cram-md5 PLAINER\r\n"));
  CHECK(dialogue.offers_starttls());
  CHECK(dialogue.offered().has(Mechanism::cram_md5));
  CHECK(dialogue.offered().has(Mechanism::login));
  CHECK_FALSE(dialogue.offered().has(Mechanism::plain));
  dialogue.sent("EHLO localhost\r\n");
  dialogue.received("250 AUTH PLAIN\r\n");
  CHECK(dialogue.offered().has(Mechanism::plain));
  CHECK_FALSE(dialogue.offered().has(Mechanism::cram_md5));
}

TEST_CASE("SmtpDialogue: AUTH must be offered where it counts", "[mail]") {
  SECTION("not offered") {
    SmtpDialogue dialogue(true, false);
    dialogue.received("220 hello\r\n");
    dialogue.sent("EHLO localhost\r\n");
    CHECK(dialogue.received("250-AUTHOR\r\n"));
    CHECK_FALSE(dialogue.received("250 SIZE\r\n"));
    CHECK(dialogue.no_auth());
  }
  SECTION("offered after STARTTLS only") {
    SmtpDialogue dialogue(true, true);
    dialogue.received("220 hello\r\n");
    dialogue.sent("EHLO localhost\r\n");
    CHECK(dialogue.received("250 STARTTLS\r\n"));
    dialogue.sent("STARTTLS\r\n");
    CHECK(dialogue.received("220 go\r\n"));
    dialogue.sent("EHLO localhost\r\n");
    CHECK(dialogue.received("250 AUTH PLAIN\r\n"));
    CHECK_FALSE(dialogue.no_auth());
  }
  SECTION("offered before STARTTLS and not after") {
    SmtpDialogue dialogue(true, true);
    dialogue.received("220 hello\r\n");
    dialogue.sent("EHLO localhost\r\n");
    CHECK(dialogue.received("250 AUTH PLAIN\r\n"));
    dialogue.sent("STARTTLS\r\n");
    dialogue.received("220 go\r\n");
    dialogue.sent("EHLO localhost\r\n");
    CHECK_FALSE(dialogue.received("250 SIZE\r\n"));
  }
}

TEST_CASE("SmtpDialogue: a server that knows only HELO offers no AUTH", "[mail]") {
  SmtpDialogue dialogue(true, false);
  dialogue.received("220 hello\r\n");
  dialogue.sent("EHLO localhost\r\n");
  dialogue.received("550-AUTH PLAIN\r\n");
  dialogue.received("550 go away\r\n");
  dialogue.sent("HELO localhost\r\n");
  CHECK_FALSE(dialogue.received("250 AUTH\r\n"));
  CHECK(dialogue.no_auth());
}

TEST_CASE("SmtpDialogue: a line that is no reply is passed over", "[mail]") {
  SmtpDialogue dialogue(false, false);
  dialogue.sent("DATA\r\n");
  dialogue.received("354 go on\r\n");
  for (const char* line : {"2500 bytes\r\n", " 250 ok\r\n", "250ok\r\n", "\r\n", "\xFF\x01"}) {
    CHECK(dialogue.received(line));
    CHECK(dialogue.stage() == content);
    CHECK(dialogue.reply() == SmtpReply{});
  }
  dialogue.received("451 4.3.0 later\r\n");
  dialogue.received("noise\r\n");
  CHECK(dialogue.reply() == SmtpReply{451, {4, 3, 0}});
  CHECK(dialogue.reply_line() == "451 4.3.0 later");
}

TEST_CASE("SmtpDialogue: a password that looks like a command is none", "[mail]") {
  SmtpDialogue dialogue(true, false);
  dialogue.sent("AUTH LOGIN\r\n");
  dialogue.received("334 VXNlcm5hbWU6\r\n");
  dialogue.sent("QUIT\r\n");
  dialogue.received("334 UGFzc3dvcmQ6\r\n");
  dialogue.sent("DATA\r\n");
  CHECK(dialogue.reply() == SmtpReply{});
  dialogue.received("535 5.7.8 no\r\n");
  CHECK(dialogue.stage() == auth);
  CHECK(dialogue.reply() == SmtpReply{535, {5, 7, 8}});
}

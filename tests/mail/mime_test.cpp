#include <algorithm>

#include "mail/mime_reader.h"
#include "mail/sample_message.h"
#include "promotions/base/encoding.h"
#include "promotions/base/json.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/temp_folder.h"

using namespace promotions;

namespace {

// What holds for every mail, whatever is in it.
MimeMessage checked(const Message& message) {
  const std::string bytes = to_mime(message);
  CHECK(bytes == to_mime(message));
  CHECK(std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t';
  }));
  for (const std::string& line : lines_of(bytes)) {
    CAPTURE(line);
    CHECK(line.size() <= 76);
    CHECK(line.find_first_of("\r\n") == std::string::npos);
    CHECK((line.empty() || (line.back() != ' ' && line.back() != '\t') || line == "Subject: "));
  }
  MimeMessage read = read_mime(bytes);
  std::vector<std::string> names;
  for (const auto& [name, value] : read.headers) names.push_back(name);
  std::vector<std::string> expected{"Date",
                                    "From",
                                    "To",
                                    "Subject",
                                    "Message-ID",
                                    "MIME-Version",
                                    "Auto-Submitted",
                                    "X-Auto-Response-Suppress",
                                    "Content-Type"};
  if (message.reply_to) expected.insert(expected.begin() + 2, "Reply-To");
  CHECK(names == expected);
  REQUIRE(read.parts.size() == 2);
  CHECK(read.parts[0].header("Content-Type") == "text/plain; charset=utf-8");
  CHECK(read.parts[1].header("Content-Type") == "text/html; charset=utf-8");
  return read;
}

std::string subject_of(const std::string& subject) {
  Message message = sample_message();
  message.subject = subject;
  return decode_words(checked(message).header("Subject"));
}

std::string raw_subject_of(const std::string& subject) {
  Message message = sample_message();
  message.subject = subject;
  return checked(message).header("Subject");
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

const std::string kArabic = "تأكيد الاشتراك في السحب على الجوائز";
const std::string kChinese = "请确认您的抽奖报名信息以便我们为您登记";
const std::string kEmoji = "🎉👩‍👩‍👧‍👦🇪🇸";

}  // namespace

TEST_CASE("to_mime: a plain mail, byte for byte", "[mail]") {
  Message message = sample_message();
  message.reply_to = Mailbox{"", "team@example.com"};
  message.text = "Hello,\nwin 100 € = a lot \n";
  CHECK(to_mime(message) ==
        "Date: Tue, 24 Nov 2026 03:04:05 +0000\r\n"
        "From: Promotions <no-reply@example.com>\r\n"
        "Reply-To: team@example.com\r\n"
        "To: ana@example.org\r\n"
        "Subject: Please confirm\r\n"
        "Message-ID: <job-17.abcDEF@example.com>\r\n"
        "MIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Auto-Response-Suppress: All\r\n"
        "Content-Type: multipart/alternative;\r\n"
        " boundary=\"=_job.17.abcDEF.example.com_\"\r\n"
        "\r\n"
        "--=_job.17.abcDEF.example.com_\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hello,\r\n"
        "win 100 =E2=82=AC =3D a lot=20\r\n"
        "\r\n"
        "--=_job.17.abcDEF.example.com_\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "<p>Hello</p>\r\n"
        "\r\n"
        "--=_job.17.abcDEF.example.com_--\r\n");
}

TEST_CASE("to_mime: an attachment is a part of its own beside the two texts, byte for byte",
          "[mail]") {
  Message message = sample_message();
  message.attachments = {{"seal.json", "application/json", "{\"version\":2}"}};
  const std::string bytes = to_mime(message);
  CHECK(bytes.find("Content-Type: multipart/mixed;\r\n"
                   " boundary=\"=mjob.17.abcDEF.example.com_\"\r\n"
                   "\r\n"
                   "--=mjob.17.abcDEF.example.com_\r\n"
                   "Content-Type: multipart/alternative;\r\n"
                   " boundary=\"=_job.17.abcDEF.example.com_\"\r\n"
                   "\r\n"
                   "--=_job.17.abcDEF.example.com_\r\n") != std::string::npos);
  CHECK(
      bytes.ends_with("--=_job.17.abcDEF.example.com_--\r\n"
                      "--=mjob.17.abcDEF.example.com_\r\n"
                      "Content-Type: application/json\r\n"
                      "Content-Transfer-Encoding: base64\r\n"
                      "Content-Disposition: attachment; filename=\"seal.json\"\r\n"
                      "\r\n"
                      "eyJ2ZXJzaW9uIjoyfQ==\r\n"
                      "--=mjob.17.abcDEF.example.com_--\r\n"));
}

TEST_CASE("attachments: every byte comes back, and the mail stays 7-bit", "[mail]") {
  std::string all_bytes;
  for (int c = 0; c < 256; ++c) all_bytes += static_cast<char>(c);
  for (const std::string& file :
       {std::string(), std::string("x"), all_bytes, repeated(all_bytes, 40),
        std::string("no line end"), std::string("\n"), std::string("a\r\nb\nc\rd \n"),
        std::string("--=mjob.17.abcDEF.example.com_--\r\n"), std::string(57, 'x'),
        std::string(58, 'x')}) {
    Message message = sample_message();
    message.attachments = {{"a.bin", "application/octet-stream", file},
                           {"b\r\nX: \"y\".json", "application/json", "second"}};
    const std::string bytes = to_mime(message);
    for (const std::string& line : lines_of(bytes)) {
      CHECK(line.size() <= 76);
      CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    }
    const MimeMessage read = read_mime(bytes);
    CHECK(read.header("Content-Type").starts_with("multipart/mixed;"));
    REQUIRE(read.parts.size() == 3);
    REQUIRE(read.parts[0].parts.size() == 2);
    CHECK(read.parts[0].parts[0].body == "Hello\r\n");
    CHECK(read.parts[0].parts[1].body == "<p>Hello</p>\r\n");
    CHECK(read.parts[1].body == file);
    CHECK(read.parts[1].header("Content-Disposition") == "attachment; filename=\"a.bin\"");
    CHECK(read.parts[2].body == "second");
    CHECK(read.parts[2].header("Content-Disposition") == "attachment; filename=\"b__X___y_.json\"");
  }
}

TEST_CASE("subject: ASCII stays readable, and is folded when long", "[mail]") {
  CHECK(raw_subject_of("Win a bike: 2 for 1, (really)!") == "Win a bike: 2 for 1, (really)!");
  const std::string words = repeated("word  and ", 30) + "end";
  CHECK(raw_subject_of(words) == words);
  CHECK(raw_subject_of("") == "");
  CHECK(raw_subject_of(std::string(67, 'x')) == std::string(67, 'x'));
  CHECK(subject_of(std::string(68, 'x')) == std::string(68, 'x'));
  CHECK(subject_of("a " + std::string(500, 'x') + " b") == "a " + std::string(500, 'x') + " b");
  CHECK(subject_of("a" + std::string(200, ' ') + "b") == "a" + std::string(200, ' ') + "b");
}

TEST_CASE("subject: other languages survive, long ones too", "[mail]") {
  for (const std::string& subject :
       {std::string("Confirma tu participación"), kArabic, kChinese, kEmoji, "Sorteo " + kChinese,
        repeated(kArabic + " ", 9) + "!", repeated(kChinese, 20), repeated(kEmoji, 20),
        repeated("ñ", 300), repeated("añb ", 50) + "."}) {
    CAPTURE(subject);
    CHECK(subject_of(subject) == subject);
  }
}

TEST_CASE("subject: what looks like an encoded word is not decoded as one", "[mail]") {
  for (const std::string subject :
       {"=?utf-8?Q?Bcc=3A?=", "a =?UTF-8?B?SGVsbG8=?= b", "=?", "5 =?= 5"}) {
    CAPTURE(subject);
    CHECK(raw_subject_of(subject).starts_with("=?UTF-8?"));
    CHECK(subject_of(subject) == subject);
  }
}

TEST_CASE("subject: no control character or line end gets into the header", "[mail]") {
  CHECK(raw_subject_of("Hi\r\nBcc: x@example.org\r\n\r\nbody") == "Hi  Bcc: x@example.org    body");
  CHECK(raw_subject_of("a\nb\rc\td\x01"
                       "e\x7F"
                       "f") == "a b c d e f");
  CHECK(raw_subject_of(std::string("a\0b", 3)) == "a b");
  CHECK(raw_subject_of("a\u0085b\u2028c\u2029d") == "a b c d");
  CHECK(subject_of("ñ\r\nBcc: x@example.org") == "ñ  Bcc: x@example.org");
  CHECK(subject_of("bad \xFF\xC3 \xE2\x82 end") == "bad \uFFFD\uFFFD \uFFFD end");
}

TEST_CASE("display names: atoms, quoted-string or encoded-words", "[mail]") {
  const auto from = [](const std::string& name) {
    Message message = sample_message();
    message.from.name = name;
    return checked(message).header("From");
  };
  CHECK(from("") == "no-reply@example.com");
  CHECK(from("Big Raffle") == "Big Raffle <no-reply@example.com>");
  CHECK(from("Raffles, Inc.") == "\"Raffles, Inc.\" <no-reply@example.com>");
  CHECK(from(R"(A "b" \ c)") == R"("A \"b\" \\ c" <no-reply@example.com>)");
  CHECK(from("x\" <evil@example.org>, \"y") ==
        R"("x\" <evil@example.org>, \"y" <no-reply@example.com>)");
  CHECK(from("A\r\nBcc: b@example.org") == "\"A  Bcc: b@example.org\" <no-reply@example.com>");
  for (const std::string& name :
       {std::string("Sorteo ñandú"), kArabic, repeated(kChinese, 5), kEmoji,
        std::string("=?utf-8?Q?x?="), std::string(300, 'n'), repeated("\"\\", 60)}) {
    CAPTURE(name);
    CHECK(from(name).starts_with("=?UTF-8?"));
    CHECK(decode_words(from(name)) == name + " <no-reply@example.com>");
  }
}

TEST_CASE("addresses and Message-ID: handed over as they are, but never more than one token",
          "[mail]") {
  Message message = sample_message();
  message.to = "a@example.org>\r\nBcc: <b@example.org";
  message.from.address = "a@example.org\r\nBcc: b";
  message.message_id = "x\r\n\r\n--=_x y@z";
  const MimeMessage read = checked(message);
  CHECK(read.header("To") == "a@example.org___Bcc___b@example.org");
  CHECK(read.header("From") == "Promotions <a@example.org__Bcc__b>");
  CHECK(read.header("Message-ID") == "<x____--=_x_y@z>");
}

TEST_CASE("long addresses and Message-IDs stay whole, on a line of their own", "[mail]") {
  Message message = sample_message();
  message.to = std::string(64, 'l') + "@" + std::string(60, 'd') + ".org";
  message.message_id = std::string(120, 'm') + "@example.com";
  const std::string bytes = to_mime(message);
  CHECK(bytes.find("\r\nTo:\r\n " + message.to + "\r\n") != std::string::npos);
  CHECK(bytes.find("\r\nMessage-ID:\r\n <" + message.message_id + ">\r\n") != std::string::npos);
}

TEST_CASE("bodies: every byte comes back, whatever it is", "[mail]") {
  const std::string boundary = "--=_job.17.abcDEF.example.com_";
  for (const std::string& body : {std::string(),
                                  std::string("no line end"),
                                  std::string("\r\n\r\n"),
                                  kArabic,
                                  kChinese,
                                  kEmoji,
                                  boundary + "\r\n",
                                  boundary + "--\r\n",
                                  "\r\n" + boundary + "--\r\n\r\nepilogue",
                                  std::string("=_ =\r\n= =3D =_"),
                                  std::string(".\r\n..\r\n.dot\r\nnot.\r\n"),
                                  std::string("From me\r\n>From you\r\n From him\r\n"),
                                  std::string(10000, 'x'),
                                  std::string(10000, '.'),
                                  repeated(kChinese, 500),
                                  repeated("From ", 500),
                                  std::string("trailing \r\ntab\t\r\n \r\n"),
                                  std::string(75, 'a') + " \r\n",
                                  std::string(74, 'a') + " b\r\n",
                                  std::string(76, 'a') + "\r\n",
                                  std::string("\0\x01\x1B\x7F", 4),
                                  std::string("\u2028\u0085")}) {
    CAPTURE(body);
    Message message = sample_message();
    message.text = body;
    message.html = body;
    const MimeMessage read = checked(message);
    CHECK(read.parts[0].body == body);
    CHECK(read.parts[1].body == body);
  }
}

TEST_CASE("bodies: \\n, \\r\\n and a lone \\r are all hard line ends; bad UTF-8 is replaced",
          "[mail]") {
  Message message = sample_message();
  message.text = "a\nb\r\nc\rd\n\re";
  message.html = "x\xFFy\xED\xA0\x80z\xF0\x9F\x8E";
  const MimeMessage read = checked(message);
  CHECK(read.parts[0].body == "a\r\nb\r\nc\r\nd\r\n\r\ne");
  CHECK(read.parts[1].body == "x\uFFFDy\uFFFD\uFFFD\uFFFDz\uFFFD");
}

TEST_CASE("bodies: no line starts with a dot or \"From \"", "[mail]") {
  Message message = sample_message();
  message.text = "." + std::string(74, 'a') + ".b\n" + std::string(75, 'c') + "From d\nFrom e\n";
  for (const std::string& line : lines_of(to_mime(message))) {
    CAPTURE(line);
    CHECK_FALSE(line.starts_with("."));
    CHECK_FALSE(line.starts_with("From "));
  }
  CHECK(read_mime(to_mime(message)).parts[0].body ==
        "." + std::string(74, 'a') + ".b\r\n" + std::string(75, 'c') + "From d\r\nFrom e\r\n");
}

TEST_CASE("Python's email package reads the same mail", "[mail]") {
  constexpr const char* program = R"(
import email, email.header, email.policy, email.utils, json, sys
# The names by the older functions: those of the policy show the white space between encoded-words.
plain = email.message_from_binary_file(open(sys.argv[1], "rb"))
name, address = email.utils.parseaddr(plain["From"])
name = str(email.header.make_header(email.header.decode_header(name)))
message = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
text, html = message.iter_parts()
print(json.dumps({
    "defects": [str(d) for p in message.walk() for d in p.defects],
    "headers": sorted(message.keys()),
    "subject": message["Subject"],
    "from": [name, address, len(message["From"].addresses)],
    "to": [a.addr_spec for a in message["To"].addresses],
    "id": message["Message-ID"],
    "types": [message.get_content_type(), text.get_content_type(), html.get_content_type()],
    "text": text.get_content(), "html": html.get_content()})))";
  const TempFolder folder;
  for (const std::string& hostile :
       {std::string("Plain words"), kArabic, repeated(kChinese, 9), kEmoji + kArabic,
        std::string("=?utf-8?Q?x?= y"), std::string("\"quoted\", <and@more.example>; \\"),
        repeated("ñ, ", 60) + "!"}) {
    CAPTURE(hostile);
    Message message = sample_message();
    message.subject = hostile;
    message.from.name = hostile;
    message.text = hostile + "\n.\nFrom x\n";
    message.html = "<p>" + hostile + "</p>\n";
    const std::string file = folder.file("mail.eml");
    REQUIRE(run_program({"/usr/bin/python3", "-c",
                         "import sys; open(sys.argv[1],'wb').write(sys.stdin.buffer.read())", file},
                        to_mime(message))
                .status == 0);
    const ProgramResult result = run_program({"/usr/bin/python3", "-c", program, file});
    REQUIRE(result.status == 0);
    const Json read = Json::parse(result.output);
    CHECK(read["defects"] == Json::array());
    CHECK(read["headers"].size() == 9);
    CHECK(read["subject"] == hostile);
    CHECK(read["from"] == Json::array({hostile, "no-reply@example.com", 1}));
    CHECK(read["to"] == Json::array({"ana@example.org"}));
    CHECK(read["id"] == "<job-17.abcDEF@example.com>");
    CHECK(read["types"] == Json::array({"multipart/alternative", "text/plain", "text/html"}));
    CHECK(read["text"] == message.text);
    CHECK(read["html"] == message.html);
  }
}

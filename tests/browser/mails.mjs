// Every mail that people get, and what has to happen for it. mails.test.mjs and scripts/screenshots
// walk this table. A row:
//
//   name   of the row
//   kind   of the mail: templates/mail/KIND.html.mustache; `name` if it is left out
//   cause  what makes it come. Gets the raffles, and returns the address that it goes to
import { textOf } from './catalogue.mjs';

const kBoss = 'boss@example.org';

async function newcomer(raffles, more) {
  const email = raffles.address();
  await raffles.signUp(await raffles.open(), email, more);
  return email;
}

async function afterTheDraw(raffles, address) {
  await raffles.drawn();
  return address;
}

export const kMails = [
  { name: 'verification', cause: (raffles) => newcomer(raffles) },
  {
    name: 'verification_with_data',
    kind: 'verification',
    cause: (raffles) => newcomer(raffles, { data: { name: raffles.words.organizer, seats: 2 } }),
  },
  {
    name: 'already_verified',
    async cause(raffles) {
      const { email } = await raffles.enter(await raffles.concealing());
      await raffles.signUp(await raffles.concealing(), email);
      return email;
    },
  },
  { name: 'receipt', cause: async (raffles) => (await raffles.enter(await raffles.open())).email },
  {
    name: 'seal',
    async cause(raffles) {
      await raffles.waitingForValue();
      return 'witness@example.org';
    },
  },
  { name: 'winner', cause: async (raffles) => (await raffles.drawn()).winners[0].email },
  { name: 'not_drawn', cause: (raffles) => afterTheDraw(raffles, 'example.org') },
  { name: 'admin_result', cause: (raffles) => afterTheDraw(raffles, kBoss) },
  { name: 'prize_claimed', cause: (raffles) => afterTheDraw(raffles, kBoss) },
  { name: 'alternate_promoted', cause: (raffles) => afterTheDraw(raffles, kBoss) },
];

// Mails that no row causes, with the reason.
export const kUnseenMails = {
  claim_reminder:
    'comes when three quarters of the time to claim have passed, which is a minute at least',
  reminder: 'comes a minute after the sign-up at the earliest',
  winner_unreachable: 'comes when a mail server refuses, and the mails of these tests are files',
};

// The mail of a row, once it has come.
export async function mailOf({ name, kind = name, cause }, raffles) {
  const address = await cause(raffles);
  // What the subject may begin with, where it depends on something.
  const subjects = textOf(raffles.locale, `mail.${kind}`, 'subject')
    .split(/\{\{[^}]*\}\}/)
    .filter((part) => part.trim().length > 3);
  return raffles.server.outbox.waitFor(
    (mail) =>
      mail.to.includes(address) && subjects.some((part) => mail.subject.startsWith(part.trim())),
    `${kind} to ${address}`,
  );
}

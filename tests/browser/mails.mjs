// Every mail that people get, and what has to happen for it. mails.test.mjs and scripts/screenshots
// walk this table. A row:
//
//   name   of the row
//   kind   of the mail: templates/mail/KIND.html.mustache; `name` if it is left out
//   cause  what makes it come. Gets the raffles, and returns the address that it goes to; with the
//          server, if that is another one
import { textOf } from './catalogue.mjs';

const kHour = 3_600_000;
const kBoss = 'boss@example.org';

async function newcomer(raffles, more) {
  const email = raffles.address();
  await raffles.signUp(await raffles.open(), email, more);
  return email;
}

// Raffles whose clock can be set on without disturbing others.
const inFuture = (raffles) => raffles.aside('future');

// Sets it on. A sign-up makes the program look at it.
async function wait(future, milliseconds) {
  await future.server.advance(milliseconds);
  await future.signUp(await future.another(), future.address());
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
  {
    name: 'reminder',
    async cause(raffles) {
      const future = await inFuture(raffles);
      const address = future.address();
      await future.signUp(await future.reminding(), address);
      await wait(future, kHour);
      return { address, server: future.server };
    },
  },
  {
    name: 'claim_reminder',
    async cause(raffles) {
      const future = await inFuture(raffles);
      const address = await future.newWinner();
      await wait(future, 6 * 24 * kHour);
      return { address, server: future.server };
    },
  },
  { name: 'not_drawn', cause: (raffles) => afterTheDraw(raffles, 'example.org') },
  { name: 'admin_result', cause: (raffles) => afterTheDraw(raffles, kBoss) },
  { name: 'prize_claimed', cause: (raffles) => afterTheDraw(raffles, kBoss) },
  { name: 'alternate_promoted', cause: (raffles) => afterTheDraw(raffles, kBoss) },
];

// Mails that no row causes, with the reason.
export const kUnseenMails = {
  winner_unreachable: 'comes when a mail server refuses, and the mails of these tests are files',
};

// The mail of a row, once it has come.
export async function mailOf({ name, kind = name, cause }, raffles) {
  const caused = await cause(raffles);
  const { address, server } =
    typeof caused === 'string' ? { address: caused, server: raffles.server } : caused;
  // What the subject may begin with, where it depends on something.
  const subjects = textOf(raffles.locale, `mail.${kind}`, 'subject')
    .split(/\{\{[^}]*\}\}/)
    .filter((part) => part.trim().length > 3);
  return server.outbox.waitFor(
    (mail) =>
      mail.to.includes(address) && subjects.some((part) => mail.subject.startsWith(part.trim())),
    `${kind} to ${address}`,
  );
}

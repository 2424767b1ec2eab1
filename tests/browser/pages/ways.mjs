// Ways to a page that several rows take.
import { raw } from '../raw.mjs';

// A form on somebody's page that signs up.
export const signUp = (visitor, raffles, campaign, fields = {}) =>
  visitor.submit(`${raffles.server.origin}/add_subscriber`, {
    campaign,
    email: raffles.address(),
    age_confirmed: 'true',
    ...fields,
  });

// A visit to what `address` says of the raffles: a path, or a link out of a mail.
export const at = (address) => async (visitor, raffles) =>
  visitor.goto(new URL(await address(raffles), raffles.server.origin).href);

// A visit that signs up for the raffle that `raffle` says.
export const signingUp = (raffle, fields) => async (visitor, raffles) =>
  signUp(visitor, raffles, await raffle(raffles), fields);

// What no browser sends, and its answer in a browser. `rest`: what follows the first fields.
export async function refusal(
  visitor,
  raffles,
  first,
  { rest = '\r\n', server = raffles.server } = {},
) {
  const answer = await raw(
    server,
    `${first}\r\nHost: example.org\r\nConnection: close\r\n` +
      `Accept: text/html\r\nAccept-Language: ${raffles.locale}\r\n${rest}`,
  );
  return visitor.show(`${raffles.server.origin}/`, answer);
}

// Accepting a prize. How rows are made is in ../pages.mjs.
import { at } from './ways.mjs';

export const kPrizes = [
  {
    name: 'claim_confirm',
    visit: at(async (raffles) => (await raffles.drawn()).open),
  },
  {
    name: 'claimed',
    async visit(visitor, raffles) {
      await visitor.goto(await raffles.unclaimed());
      return visitor.follow(() => visitor.page.getByRole('button').click());
    },
  },
  {
    name: 'already_claimed',
    visit: at(async (raffles) => (await raffles.drawn()).claimed),
  },
  {
    name: 'claim_over',
    status: 410,
    visit: at(async (raffles) => (await raffles.drawn()).lost),
  },
];

// The link in the mail that verifies. How rows are made is in ../pages.mjs.
import { at } from './ways.mjs';

const below = (link) => new URL(link).pathname + new URL(link).search;

export const kLinks = [
  {
    name: 'verified',
    visit: at(async (raffles) => raffles.linkAfterSignUp(await raffles.open())),
  },
  {
    name: 'already_verified',
    async visit(visitor, raffles) {
      const link = await raffles.linkAfterSignUp(await raffles.open());
      await raffles.server.request('GET', below(link));
      return visitor.goto(link);
    },
  },
  {
    name: 'already_drawn',
    visit: at((raffles) => raffles.drawnLink()),
  },
  {
    name: 'confirm',
    visit: at(async (raffles) => raffles.linkAfterSignUp(await raffles.withButton())),
  },
  {
    name: 'verified_by_button',
    template: 'verified',
    async visit(visitor, raffles) {
      await visitor.goto(await raffles.linkAfterSignUp(await raffles.withButton()));
      return visitor.follow(() => visitor.page.getByRole('button').click());
    },
  },
  {
    name: 'token_invalid',
    status: 404,
    visit: at(() => '/verify_subscriber?token=AAAA'),
  },
  {
    name: 'token_expired',
    status: 410,
    visit: at((raffles) => raffles.expiredLink()),
  },
];

// The links in mails that verify and withdraw. How rows are made is in ../pages.mjs.
import { at } from './ways.mjs';

const below = (link) => new URL(link).pathname + new URL(link).search;

async function withdraw(visitor, link) {
  await visitor.goto(link);
  return visitor.follow(() => visitor.page.getByRole('button').click());
}

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
    name: 'withdraw_confirm',
    visit: at((raffles) => raffles.withdrawLink()),
  },
  {
    name: 'withdraw_confirm_late',
    template: 'withdraw_confirm',
    visit: at((raffles) => raffles.lateWithdrawLink()),
  },
  {
    name: 'withdrawn',
    visit: async (visitor, raffles) => withdraw(visitor, await raffles.withdrawLink()),
  },
  {
    name: 'withdrawn_late',
    template: 'withdrawn',
    visit: async (visitor, raffles) => withdraw(visitor, await raffles.lateWithdrawLink()),
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

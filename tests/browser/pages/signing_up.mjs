// Signing up, and why not. How rows are made is in ../pages.mjs.
import { signUp, signingUp } from './ways.mjs';

export const kSigningUp = [
  {
    name: 'pending_verification',
    status: 202,
    visit: signingUp((raffles) => raffles.open()),
  },
  {
    name: 'pending_concealed',
    template: 'pending_verification',
    status: 202,
    visit: signingUp((raffles) => raffles.concealing()),
  },
  {
    name: 'already_registered_waiting',
    template: 'already_registered',
    status: 409,
    async visit(visitor, raffles) {
      const email = raffles.address();
      await signUp(visitor, raffles, await raffles.open(), { email });
      return signUp(visitor, raffles, await raffles.open(), { email });
    },
  },
  {
    name: 'already_registered_sent',
    template: 'already_registered',
    status: 409,
    async visit(visitor, raffles) {
      const email = raffles.address();
      await raffles.signUp(await raffles.open(), email);
      return signUp(visitor, raffles, await raffles.open(), { email, 'data.name': 'Ana' });
    },
  },
  {
    name: 'already_registered_verified',
    template: 'already_registered',
    status: 409,
    async visit(visitor, raffles) {
      const { email } = await raffles.enter(await raffles.open());
      return signUp(visitor, raffles, await raffles.open(), { email });
    },
  },
  {
    name: 'already_registered_full',
    template: 'already_registered',
    status: 409,
    async visit(visitor, raffles) {
      const email = raffles.address();
      for (let i = 0; i < 6; ++i)
        await raffles.signUp(await raffles.open(), email, { data: { i } });
      return signUp(visitor, raffles, await raffles.open(), { email, 'data.i': 'more' });
    },
  },
  {
    name: 'too_many_mails',
    status: 429,
    async visit(visitor, raffles) {
      const email = raffles.address();
      for (let i = 0; i < 5; ++i)
        await raffles.signUp(await raffles.open(), email, { data: { i } });
      return signUp(visitor, raffles, await raffles.another(), { email });
    },
  },
  {
    name: 'rate_limited',
    status: 429,
    async visit(visitor, raffles) {
      const slug = await raffles.open();
      for (let i = 0; i < 40; ++i) {
        const { status } = await raffles.server.request(
          'POST',
          '/add_subscriber',
          { campaign: slug, email: raffles.address() },
          { 'x-forwarded-for': visitor.client },
        );
        if (status === 429) break;
      }
      return signUp(visitor, raffles, slug);
    },
  },
  {
    // Where there is a form it is shown again, with what is wrong.
    name: 'invalid_field',
    template: 'invalid_input',
    status: 422,
    visit: signingUp((raffles) => raffles.closed(), { 'data.name': 'x'.repeat(5000) }),
  },
  {
    name: 'not_eligible',
    status: 422,
    async visit(visitor, raffles) {
      const { slug, excluded } = await raffles.excluding();
      return signUp(visitor, raffles, slug, { email: excluded });
    },
  },
  {
    name: 'campaign_not_yet',
    status: 409,
    visit: signingUp((raffles) => raffles.scheduled()),
  },
  {
    name: 'campaign_over_closed',
    template: 'campaign_over',
    status: 409,
    visit: signingUp((raffles) => raffles.closed()),
  },
  {
    name: 'campaign_over_drawn',
    template: 'campaign_over',
    status: 409,
    visit: signingUp(async (raffles) => (await raffles.drawn()).slug),
  },
  {
    name: 'no_such_campaign',
    status: 404,
    visit: signingUp(() => 'nowhere'),
  },
];

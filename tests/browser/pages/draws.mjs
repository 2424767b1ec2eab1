// The draw, in public and for who makes it. How rows are made is in ../pages.mjs.
import { at, refusal } from './ways.mjs';

export const kDraws = [
  {
    name: 'rules',
    visit: at(async (raffles) => `/c/${await raffles.open()}/rules`),
  },
  {
    name: 'rules_elsewhere',
    template: 'rules',
    visit: at(async (raffles) => `/c/${await raffles.rulesElsewhere()}/rules`),
  },
  {
    name: 'rules_old',
    template: 'rules',
    visit: at(async (raffles) => `/c/${await raffles.rulesChanged()}/rules?version=1`),
  },
  {
    name: 'draw_not_sealed',
    status: 404,
    visit: at(async (raffles) => `/c/${await raffles.open()}/draw`),
  },
  {
    name: 'draw_not_sealed_closed',
    template: 'draw_not_sealed',
    status: 404,
    visit: at(async (raffles) => `/c/${await raffles.closed()}/draw`),
  },
  {
    name: 'draw_waits_for_round',
    template: 'draw',
    visit: at(async (raffles) => `/c/${await raffles.waitingForRound()}/draw`),
  },
  {
    name: 'draw_waits_for_value',
    template: 'draw',
    visit: at(async (raffles) => `/c/${await raffles.waitingForValue()}/draw`),
  },
  {
    name: 'draw',
    visit: at(async (raffles) => `/c/${(await raffles.drawn()).slug}/draw`),
  },
  {
    name: 'proof_before',
    template: 'proof',
    status: 404,
    visit: at(async (raffles) => `/c/${await raffles.open()}/proof?ticket=1`),
  },
  {
    name: 'proof_ask',
    template: 'proof',
    status: 422,
    visit: at(async (raffles) => `/c/${(await raffles.drawn()).slug}/proof`),
  },
  {
    name: 'proof',
    template: 'proof',
    visit: at(async (raffles) => {
      const { slug, winners } = await raffles.drawn();
      return `/c/${slug}/proof?ticket=${winners[0].ticket}`;
    }),
  },
  {
    name: 'proof_excluded',
    template: 'proof',
    status: 404,
    visit: at(async (raffles) => {
      const { slug, excluded } = await raffles.drawn();
      return `/c/${slug}/proof?ticket=${excluded.ticket}`;
    }),
  },
  {
    name: 'proof_disqualified',
    template: 'proof',
    status: 404,
    visit: at(async (raffles) => {
      const { slug, disqualified } = await raffles.drawn();
      return `/c/${slug}/proof?ticket=${disqualified.ticket}`;
    }),
  },
  {
    name: 'proof_unknown',
    template: 'proof',
    status: 404,
    visit: at(async (raffles) => `/c/${(await raffles.drawn()).slug}/proof?ticket=99999`),
  },
  {
    name: 'finished',
    account: true,
    visit: at(async (raffles) => `/finish_campaign?campaign=${(await raffles.drawn()).slug}`),
  },
  {
    name: 'finishing',
    account: true,
    status: 202,
    visit: at(async (raffles) => `/finish_campaign?campaign=${await raffles.waitingForRound()}`),
  },
  {
    name: 'nobody_verified',
    account: true,
    status: 409,
    visit: at(async (raffles) => `/finish_campaign?campaign=${await raffles.closed()}`),
  },
  {
    name: 'not_now',
    account: true,
    status: 409,
    visit: at(async (raffles) => `/finish_campaign?campaign=${await raffles.open()}`),
  },
  {
    // From outside, since a browser would ask for name and password first.
    name: 'for_organisers',
    status: 401,
    visit: async (visitor, raffles) =>
      refusal(visitor, raffles, `GET /finish_campaign?campaign=${await raffles.open()} HTTP/1.1`),
  },
];

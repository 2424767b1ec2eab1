// The page of a campaign, by state, and its form. How rows are made is in ../pages.mjs.
import { at } from './ways.mjs';

// Its h1 is the raffle's name.
const heading = (raffles) => raffles.words.name;

const home = (name, raffle) => ({
  name,
  template: 'campaign',
  heading,
  visit: at(async (raffles) => `/c/${await raffle(raffles)}`),
});

const embed = (name, raffle) => ({
  name,
  template: 'embed',
  heading,
  visit: at(async (raffles) => `/c/${await raffle(raffles)}/embed`),
});

// Presses the button of a form in which all that could be wrong is wrong.
async function sendNonsense(visitor, raffles, path) {
  await visitor.goto(`${raffles.server.origin}/c/${await raffles.withForm()}${path}`);
  const form = visitor.page.locator('form.entry');
  await form.locator('[name="email"]').fill('ana@');
  await form.locator('[name="data.about"]').fill('x'.repeat(2100));
  await form.locator('[name="data.seats"]').fill('99');
  await form.locator('[name="data.phone"]').fill('12');
  return visitor.follow(() => form.getByRole('button').click());
}

export const kCampaigns = [
  home('campaign_scheduled', (raffles) => raffles.scheduled()),
  home('campaign_open', (raffles) => raffles.open()),
  home('campaign_form', (raffles) => raffles.withForm()),
  home('campaign_bare', (raffles) => raffles.bare()),
  home('campaign_closed', (raffles) => raffles.closed()),
  home('campaign_until_draw', (raffles) => raffles.closedUntilDraw()),
  home('campaign_waits_for_round', (raffles) => raffles.waitingForRound()),
  home('campaign_waits_for_value', (raffles) => raffles.waitingForValue()),
  home('campaign_finished', async (raffles) => (await raffles.drawn()).slug),
  {
    name: 'form_refused',
    template: 'campaign',
    status: 422,
    heading,
    visit: (visitor, raffles) => sendNonsense(visitor, raffles, ''),
  },
  embed('embed', (raffles) => raffles.withForm()),
  embed('embed_scheduled', (raffles) => raffles.scheduled()),
  embed('embed_closed', (raffles) => raffles.closed()),
  embed('embed_waits', (raffles) => raffles.waitingForRound()),
  embed('embed_finished', async (raffles) => (await raffles.drawn()).slug),
  {
    name: 'embed_refused',
    template: 'embed',
    status: 422,
    heading,
    visit: (visitor, raffles) => sendNonsense(visitor, raffles, '/embed'),
  },
];

// The raffles that tests look at. Each is made when it is first asked for, in one language.
import { nextClient } from './browser.mjs';
import { Server } from './server.mjs';
import { eventually } from './waiting.mjs';
import { kLongWords, kWords } from './words.mjs';

const kDay = 86_400_000;
const inDays = (days) => new Date(Date.now() + days * kDay).toISOString().replace(/\.\d+Z/, 'Z');

export class Raffles {
  #made = new Map();
  #addresses = 0;
  #draws = 0;
  #waits = [];

  // `long`: names and addresses are as long as they may be.
  constructor(server, { locale = 'es', long = false } = {}) {
    this.server = server;
    this.locale = locale;
    this.words = long ? kLongWords : kWords[locale];
    this.isLong = long;
  }

  // An address that nobody has used.
  address(name = 'ana') {
    this.#addresses += 1;
    const local = `${name}${this.#addresses}`;
    return this.isLong
      ? `${local.padEnd(64, '-und-noch-eine-lange-adresse')}@${'lang.'.repeat(20)}example.org`
      : `${local}@example.org`;
  }

  // Makes a raffle as an organiser would, and returns its slug.
  async create(slug, settings = {}) {
    const { name, description, organizer, prizes } = this.words;
    await this.server.api('POST', '/api/v1/campaigns', {
      slug,
      name,
      description,
      organizer,
      prizes,
      contact_email: 'kontakt@example.org',
      privacy_url: 'https://www.example.org/privacy',
      admin_email: 'boss@example.org',
      locale: this.locale,
      time_zone: 'Europe/Madrid',
      rules: this.words.rules,
      ...settings,
    });
    return slug;
  }

  // The raffle `name` of the methods below, made once.
  #once(name, make) {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name);
  }

  open() {
    return this.#once('open', () => this.create('open', { closes_at: inDays(30) }));
  }
  // With a form that has a field of each type, and all that can be said of a raffle.
  withForm() {
    return this.#once('form', () =>
      this.create('form', {
        closes_at: inDays(30),
        finish_at: inDays(31),
        minimum_age: 16,
        listed: true,
        accent: '#b3541e',
        embed_origins: ['https://www.example.org'],
        fields: this.#fields(),
      }),
    );
  }
  #fields() {
    const words = this.words.form;
    const field = (name, type, more = {}) => ({ name, type, label: words[name], ...more });
    return [
      { ...field('fullName', 'text', { required: true, max_length: 80 }), name: 'full_name' },
      field('about', 'long_text', { help: words.aboutHelp }),
      field('seats', 'number', { min: 1, max: 4, required: true }),
      field('visit', 'date', { min: '2026-01-01', max: '2099-12-31' }),
      field('phone', 'tel'),
      field('branch', 'select', {
        required: true,
        options: [
          { value: 'north', label: words.north },
          { value: 'south', label: words.south },
        ],
      }),
      field('member', 'checkbox', { required: true }),
      { name: 'news', type: 'consent', text: words.news },
    ];
  }
  // Nothing is said but what has to be.
  bare() {
    return this.#once('bare', () =>
      this.create('bare', {
        description: '',
        organizer: '',
        prizes: [],
        contact_email: '',
        privacy_url: '',
        rules: '',
      }),
    );
  }
  // As closed(), and it will be drawn by itself.
  closedUntilDraw() {
    return this.#once('until-draw', () =>
      this.create('until-draw', {
        opens_at: inDays(-30),
        closes_at: inDays(-1),
        finish_at: inDays(2),
      }),
    );
  }
  scheduled() {
    return this.#once('scheduled', () =>
      this.create('scheduled', { opens_at: inDays(7), closes_at: inDays(30) }),
    );
  }
  closed() {
    return this.#once('closed', () =>
      this.create('closed', { opens_at: inDays(-30), closes_at: inDays(-1) }),
    );
  }
  concealing() {
    return this.#once('concealing', () => this.create('concealing', { duplicates: 'conceal' }));
  }
  withButton() {
    return this.#once('button', () => this.create('button', { verification: 'confirm' }));
  }
  // Links do not work for long enough to be opened.
  hasty() {
    return this.#once('hasty', () => this.create('hasty', { token_ttl: '1s' }));
  }
  // The list is sealed, and the draw waits for a round of drand that nobody will fetch.
  waitingForRound() {
    return this.#once('round', async () => {
      const slug = await this.create('round', { beacon: { kind: 'drand' }, draw_delay: '1h' });
      await this.enterMany(slug, 3);
      await this.#seal(slug);
      return slug;
    });
  }
  // The list is sealed, and the draw waits for somebody to look up a value.
  waitingForValue() {
    return this.#once('value', async () => {
      const beacon = {
        kind: 'public',
        source: this.words.lottery,
        format: '99999',
        known_from: inDays(7),
      };
      const slug = await this.create('value', { beacon, witnesses: ['witness@example.org'] });
      await this.enterMany(slug, 3);
      await this.#seal(slug);
      return slug;
    });
  }
  async #seal(slug) {
    // It is answered when a result has been waited for in vain, which is longer than sealing takes.
    this.#waits.push(this.server.api('POST', `/finish_campaign?campaign=${slug}`, undefined, 202));
    await eventually(
      async () => (await this.server.request('GET', `/c/${slug}.json`)).body.seal,
      `the seal of ${slug}`,
    );
  }

  // Drawn, with all that can happen: somebody was excluded, somebody has claimed, somebody was
  // disqualified before and somebody after the draw, and alternates wait. Returns { slug, excluded,
  // disqualified, claimed, lost, open }; the last three are links to /claim.
  drawn() {
    return this.#once('drawn', () => this.#draw('drawn'));
  }
  async #draw(slug) {
    const { server } = this;
    await this.create(slug, {
      claim_within: '7d',
      alternates: 2,
      minimum_age: 16,
      notify_not_drawn: true,
    });
    const entrants = await this.enterMany(slug, 9);
    const [excluded, disqualified] = entrants;
    await server.api('PATCH', `/api/v1/campaigns/${slug}`, { exclusions: [excluded.email] });
    await server.api(
      'POST',
      `/api/v1/campaigns/${slug}/subscribers/${disqualified.id}/disqualify`,
      { reason: this.words.reason },
    );
    const { winners } = await this.finish(slug);
    const links = await Promise.all(
      winners.map((winner) => server.outbox.linkFor(winner.email, '/claim')),
    );
    const token = new URL(links[0]).searchParams.get('token');
    const claimed = await server.request('POST', `/claim?token=${token}`);
    if (claimed.body.status !== 'claimed') throw new Error(`not claimed: ${claimed.text}`);
    await server.api('POST', `/api/v1/campaigns/${slug}/disqualify`, {
      position: winners[1].position,
      reason: this.words.reason,
    });
    return {
      slug,
      excluded,
      disqualified,
      claimed: links[0],
      lost: links[1],
      open: links[2],
      winners,
    };
  }

  // Signs up without a browser; returns the answer.
  signUp(slug, email, more = {}) {
    return this.server.request(
      'POST',
      '/add_subscriber',
      { campaign: slug, email, age_confirmed: true, ...more },
      { 'x-forwarded-for': nextClient() },
    );
  }

  // The link in the mail after a sign-up.
  async linkAfterSignUp(slug, email = this.address()) {
    const answer = await this.signUp(slug, email);
    if (answer.status !== 202) throw new Error(`no sign-up: ${answer.text}`);
    return this.server.outbox.linkFor(email, '/verify_subscriber');
  }

  // Signs up and verifies; returns { email, id, ticket }.
  async enter(slug, email = this.address()) {
    const link = await this.linkAfterSignUp(slug, email);
    const { pathname, search } = new URL(link);
    const action = await this.server.request('POST', pathname + search);
    if (action.body.status !== 'verified') throw new Error(`not verified: ${action.text}`);
    const { items } = (
      await this.server.api('GET', `/api/v1/campaigns/${slug}/subscribers?limit=1000`)
    ).body;
    const { id, ticket } = items.find((item) => item.email === email);
    return { email, id, ticket };
  }

  async enterMany(slug, count) {
    const entrants = [];
    for (let i = 0; i < count; ++i) entrants.push(await this.enter(slug));
    return entrants;
  }

  // Draws, and returns the result.
  finish(slug, query = '') {
    return eventually(async () => {
      const { status, body } = await this.server.api(
        'POST',
        `/finish_campaign?campaign=${slug}${query}`,
      );
      return status === 200 ? body : undefined;
    }, `the draw of ${slug}`);
  }

  // The link of an entrant, opened after the draw.
  drawnLink() {
    return this.#once('drawnLink', async () => {
      const slug = await this.create('drawn-link');
      const link = await this.linkAfterSignUp(slug);
      await this.server.request('GET', link.slice(this.server.origin.length));
      await this.finish(slug);
      return link;
    });
  }

  // As open(), for rows that need a second raffle.
  another() {
    return this.#once('another', () => this.create('another'));
  }
  reminding() {
    return this.#once('reminding', () => this.create('reminding', { reminder_after: '1h' }));
  }
  excluding() {
    return this.#once('excluding', async () => {
      const excluded = this.address('boss');
      return { slug: await this.create('excluding', { exclusions: [excluded] }), excluded };
    });
  }
  rulesElsewhere() {
    return this.#once('elsewhere', () =>
      this.create('elsewhere', {
        rules: '',
        rules_url: 'https://www.example.org/rules.pdf',
        rules_sha256: 'ab'.repeat(32),
      }),
    );
  }
  // The rules have a second version.
  rulesChanged() {
    return this.#once('changed', async () => {
      const slug = await this.create('changed');
      await this.server.api('PATCH', `/api/v1/campaigns/${slug}`, {
        rules: `${this.words.rules}\n\n2.`,
      });
      return slug;
    });
  }
  async expiredLink() {
    const link = await this.linkAfterSignUp(await this.hasty());
    const { pathname, search } = new URL(link);
    await eventually(
      async () => (await this.server.request('HEAD', pathname + search)).status === 410,
      'the link to expire',
    );
    return link;
  }
  // Somebody who has just won, was told so and has not claimed, another one each time; returns the
  // address.
  async newWinner() {
    this.#draws += 1;
    const slug = await this.create(`won-${this.#draws}`, { claim_within: '7d' });
    const { email } = await this.enter(slug);
    await eventually(async () => {
      const { winners } = await this.finish(slug);
      return winners[0].state === 'notified';
    }, 'the mail to the winner');
    return email;
  }
  async unclaimed() {
    return this.server.outbox.linkFor(await this.newWinner(), '/claim');
  }
  // The link to withdraw, of an entrant before the draw and of one after it.
  async withdrawLink() {
    const { email } = await this.enter(await this.open());
    return this.server.outbox.linkFor(email, '/withdraw');
  }
  async lateWithdrawLink() {
    return this.server.outbox.linkFor(await this.newWinner(), '/withdraw');
  }

  // The raffles of another server, for what would disturb everybody else.
  aside(name, settings = {}) {
    return this.#once(`server ${name}`, async () => {
      const server = await Server.start(this.server.binary, settings);
      return new Raffles(server, { locale: this.locale, long: this.isLong });
    });
  }

  // Stops what was started aside. The server itself is its owner's.
  async close() {
    await Promise.all(this.#waits);
    for (const [name, made] of this.#made) {
      if (name.startsWith('server ')) await (await made).server.stop();
    }
  }
}

// The ways of the people who take part, from page to page, by whatever hands they have.
//
//   tests/browser/run journeys [--binary build/dev/promotions]
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kPhone, launchChromium, launchFirefox, open, troubleWithFirefox } from './browser.mjs';
import { wordsOf } from './catalogue.mjs';
import { Keyboard, Pointer } from './keyboard.mjs';
import { options } from './options.mjs';
import { Raffles } from './raffles.mjs';
import { Server } from './server.mjs';

const { binary } = options();
const kLocale = 'ca';
const words = (page, key) => wordsOf(kLocale, `page.${page}`, key);

// Who walks: in which browser, with what.
const kWalkers = [
  { name: 'by keyboard, in Chromium', launch: launchChromium, Hands: Keyboard },
  {
    name: 'by pointer, without JavaScript',
    launch: launchChromium,
    Hands: Pointer,
    manner: { ...kPhone, javascript: false },
  },
  {
    name: 'by keyboard, in Firefox',
    launch: launchFirefox,
    Hands: Keyboard,
    skip: troubleWithFirefox(),
  },
];

let server;
let raffles;
before(async () => {
  server = await Server.start(binary);
  raffles = new Raffles(server, { locale: kLocale });
});
after(async () => {
  await raffles?.close();
  await server?.stop();
});

for (const { name, launch, Hands, manner = {}, skip = false } of kWalkers) {
  describe(name, { skip }, () => {
    let browser;
    let visitor;
    let hands;
    before(async () => {
      browser = await launch();
      visitor = await open(browser, { locale: kLocale, ...manner });
      hands = new Hands(visitor.page);
    });
    after(() => browser?.close());

    // What is said to be wrong with a field, to who sees and to who hears.
    const fault = (label) =>
      visitor.page.getByLabel(label).evaluate((field) => {
        if (field.getAttribute('aria-invalid') !== 'true') return '';
        const ids = (field.getAttribute('aria-describedby') ?? '').split(' ');
        return document.getElementById(ids[ids.length - 1]).innerText;
      });
    const heading = () => visitor.page.locator('h1').innerText();

    test('a form that is wrong says so at its fields, keeps what was typed, and is taken', async () => {
      const { form } = raffles.words;
      const text = (key) => words('campaign', key);
      const email = raffles.address();
      await visitor.goto(`${server.origin}/c/${await raffles.withForm()}`);
      await hands.fill(text('your_email'), 'ana@');
      await hands.fill(form.fullName, 'Ana Añón');
      await hands.fill(form.seats, '99');
      const refused = await visitor.follow(() => hands.press(text('take_part_button')));
      assert.equal(refused.status(), 422);
      assert.equal(await fault(form.fullName), '');
      assert.equal(await fault(text('your_email')), text('bad_email'));
      assert.equal(await fault(form.branch), text('choose_one'));
      assert.equal(await fault(form.member), text('tick_it'));
      assert.match(await fault(form.seats), /1 .* 4/);
      assert.equal(await visitor.page.getByLabel(form.fullName).inputValue(), 'Ana Añón');
      assert.equal(await visitor.page.getByLabel(form.seats).inputValue(), '99');
      // The summary is announced, and leads to each field.
      assert.equal(await visitor.page.getByRole('alert').getByRole('link').count(), 5);

      await hands.fill(text('your_email'), email);
      await hands.fill(form.seats, '2');
      await hands.choose(form.branch, form.south);
      await hands.tick(form.member);
      await hands.tick(/16/);
      const taken = await visitor.follow(() => hands.press(text('take_part_button')));
      assert.equal(taken.status(), 202);
      assert.equal(await heading(), words('pending_verification', 'title'));
      await visitor.goto(await server.outbox.linkFor(email, '/verify_subscriber'));
      assert.equal(await heading(), words('verified', 'title'));
      const { items } = (await server.api('GET', '/api/v1/campaigns/form/subscribers?limit=1000'))
        .body;
      const { data } = items.find((item) => item.email === email);
      assert.deepEqual(data, { full_name: 'Ana Añón', seats: 2, branch: 'south', member: true });
    });

    test('the link in the mail asks once more, and the button verifies', async () => {
      await visitor.goto(await raffles.linkAfterSignUp(await raffles.withButton()));
      assert.equal(await heading(), words('confirm', 'title'));
      await visitor.follow(() => hands.press(words('confirm', 'confirm_button')));
      assert.equal(await heading(), words('verified', 'title'));
    });

    test('a prize is accepted with a button', async () => {
      await visitor.goto(await raffles.unclaimed());
      assert.equal(await heading(), words('claim_confirm', 'title'));
      await visitor.follow(() => hands.press(words('claim_confirm', 'accept_button')));
      assert.equal(await heading(), words('claimed', 'title'));
    });

    test('whoever changes their mind withdraws with a button', async () => {
      await visitor.goto(await raffles.withdrawLink());
      assert.equal(await heading(), words('withdraw_confirm', 'title'));
      await visitor.follow(() => hands.press(words('withdraw_confirm', 'withdraw_button')));
      assert.equal(await heading(), words('withdrawn', 'title'));
    });

    test('whoever has a ticket asks the certificate whether it was in the list', async () => {
      const { slug, winners } = await raffles.drawn();
      await visitor.goto(`${server.origin}/c/${slug}/draw`);
      await hands.fill(words('draw', 'proof_label'), winners[0].ticket);
      const response = await visitor.follow(() => hands.press(words('draw', 'proof_button')));
      assert.equal(response.status(), 200);
      assert.equal(await heading(), words('proof', 'title'));
      assert.deepEqual(visitor.complaints, []);
    });
  });
}

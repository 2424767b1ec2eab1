// The form on somebody else's web site, with the snippets of docs/embed.md as they stand there.
//
//   tests/browser/run embed [--binary build/dev/promotions]
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launchChromium, open } from './browser.mjs';
import { wordsOf } from './catalogue.mjs';
import { Pointer } from './keyboard.mjs';
import { options } from './options.mjs';
import { Raffles } from './raffles.mjs';
import { Server } from './server.mjs';
import { eventually } from './waiting.mjs';

const kLocale = 'ca';
const kListed = 'https://www.example.org/';
const kUnlisted = 'https://www.example.net/';

const document = readFileSync(new URL('../../docs/embed.md', import.meta.url), 'utf8');
const [withScript, withoutScript] = document.match(/(?<=```html\n)[^`]*/g);
const [listener] = document.match(/(?<=```js\n)[^`]*(`[^`\n]*`[^`]*)*?(?=```)/g);

describe('the form on another site', () => {
  let server;
  let raffles;
  let browser;
  let visitor;
  before(async () => {
    server = await Server.start(options().binary);
    raffles = new Raffles(server, { locale: kLocale });
    browser = await launchChromium();
    visitor = await open(browser, { locale: kLocale });
  });
  after(async () => {
    await browser?.close();
    await raffles?.close();
    await server?.stop();
  });

  // Opens a page at `address` with a snippet of the document for the raffle of this server.
  async function openWith(snippet, address = kListed) {
    await visitor.renew();
    const slug = await raffles.withForm();
    const placed = snippet
      .replaceAll('https://raffles.example.org', server.origin)
      .replaceAll('autumn', slug);
    await visitor.host(address, `<!DOCTYPE html><html lang="${kLocale}"><body>${placed}</body>`);
    await visitor.goto(address);
    return visitor.page.locator('iframe').contentFrame();
  }

  // Waits until the frame is as tall as what is in it.
  async function followsHeight(frame) {
    const inner = () =>
      frame.locator('html').evaluate((html) => html.getBoundingClientRect().height);
    const outer = () => visitor.page.locator('iframe').evaluate((one) => one.clientHeight);
    await eventually(
      async () => Math.abs((await outer()) - (await inner())) <= 1,
      'the frame to be as tall as the form',
    );
  }

  async function send(frame, email) {
    await frame.locator('[name="email"]').fill(email);
    await frame.locator('[name="data.full_name"]').fill('Ana');
    await frame.locator('[name="data.seats"]').fill('2');
    await frame.locator('[name="data.branch"]').selectOption('north');
    await frame.locator('[name="data.member"]').check();
    await frame.locator('[name="age_confirmed"]').check();
    await new Pointer(frame).press(wordsOf(kLocale, 'page.embed', 'take_part_button'));
  }

  test('stands where the script stands, in the language of the page, as tall as it is', async () => {
    const frame = await openWith(withScript);
    await frame.locator('h1').waitFor();
    assert.equal(await frame.locator('h1').innerText(), raffles.words.name);
    assert.equal(await frame.locator('html').getAttribute('lang'), kLocale);
    await followsHeight(frame);
    assert.equal(await visitor.page.locator('script + iframe').count(), 1);
    assert.deepEqual(visitor.complaints, []);
  });

  test('keeps its look when it refuses, and when it takes an entry', async () => {
    const frame = await openWith(withScript);
    await send(frame, 'ana@');
    await frame.locator('[role="alert"]').waitFor();
    assert.equal(await frame.locator('[name="data.full_name"]').inputValue(), 'Ana');
    assert.equal(await frame.locator('.embed').count(), 1);
    await followsHeight(frame);
    const email = raffles.address();
    await frame.locator('[name="email"]').fill(email);
    await new Pointer(frame).press(wordsOf(kLocale, 'page.embed', 'take_part_button'));
    const title = wordsOf(kLocale, 'page.pending_verification', 'title');
    await frame.getByRole('heading', { name: title }).waitFor();
    assert.equal(await frame.locator('.embed').count(), 1);
    await server.outbox.linkFor(email, '/verify_subscriber');
  });

  test('stands in a frame without a script, and a script may follow its height', async () => {
    const frame = await openWith(`${withoutScript}<script>${listener}</script>`);
    await frame.locator('h1').waitFor();
    await followsHeight(frame);
    assert.deepEqual(visitor.complaints, []);
  });

  for (const [way, snippet] of Object.entries({ withScript, withoutScript })) {
    test(`stays empty on a site that is not listed: ${way}`, async () => {
      await openWith(snippet, kUnlisted);
      await eventually(
        () => visitor.complaints.some((one) => one.includes('frame-ancestors')),
        'the browser to refuse the frame',
      );
      const frames = visitor.page.frames().map((frame) => frame.url());
      assert.ok(!frames.some((url) => url.startsWith(server.origin)), frames.join());
    });
  }
});

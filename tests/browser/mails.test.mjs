// The HTML part of every mail, at each width and scheme.
//
//   tests/browser/run mails [--locale de] [--only NAME] [--binary build/dev/promotions]
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kLooks, kPhone, launchChromium } from './browser.mjs';
import { mailTemplates } from './catalogue.mjs';
import { lookFindings, mailFindings, overflowFindings } from './checks.mjs';
import { kMails, kUnseenMails } from './mails.mjs';
import { options } from './options.mjs';
import { rowsOf, Table } from './table.mjs';

const { binary, locale, only } = options({ locale: 'de' });
const rows = rowsOf(kMails, only);
let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser?.close());

test('each kind of mail has a row in mails.mjs', () => {
  const shown = new Set(kMails.map(({ name, kind = name }) => kind));
  const unseen = mailTemplates().filter((kind) => !shown.has(kind) && !(kind in kUnseenMails));
  assert.deepEqual(unseen, [], 'mails without a row; docs/testing.md says how to add one');
});

describe(`mails in ${locale}`, () => {
  let table;
  before(async () => {
    table = await Table.set(browser, binary, { locale });
  });
  after(() => table?.close());

  for (const row of rows) {
    test(row.name, () =>
      table.read(row, async (visitor, response) => {
        const found = await mailFindings(visitor, response, { locale });
        for (const look of kLooks) {
          await visitor.look(look);
          const findings = await lookFindings(visitor.page, { isPage: false });
          found.push(...findings.map((one) => `${look.width} px, ${look.scheme}: ${one}`));
        }
        assert.deepEqual(found, []);
      }),
    );
  }
});

describe('mails with names at their longest', () => {
  let table;
  before(async () => {
    table = await Table.set(browser, binary, { locale, long: true });
  });
  after(() => table?.close());

  for (const row of rows) {
    test(row.name, () =>
      table.read(row, async (visitor) => {
        await visitor.look({ ...kPhone, scheme: 'light' });
        assert.deepEqual(await overflowFindings(visitor.page), []);
      }),
    );
  }
});

// Every page of the table, in one language, at each width and scheme.
//
//   tests/browser/run pages [--locale de] [--only NAME] [--binary build/dev/promotions]
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kLooks, kPhone, launchChromium } from './browser.mjs';
import { pageTemplates } from './catalogue.mjs';
import {
  keyboardFindings,
  lookFindings,
  overflowFindings,
  pageFindings,
  spacingFindings,
} from './checks.mjs';
import { options } from './options.mjs';
import { kPages, kUnseen } from './pages.mjs';
import { rowsOf, Table } from './table.mjs';

const { binary, locale, only } = options({ locale: 'de' }); // its words are the longest
let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser?.close());

test('each template of a page has a row in pages.mjs', () => {
  const shown = new Set(kPages.map(({ name, template = name }) => template));
  assert.deepEqual(
    pageTemplates().filter((name) => !shown.has(name) && !(name in kUnseen)),
    [],
    'pages without a row; docs/testing.md says how to add one',
  );
});

describe(`pages in ${locale}`, () => {
  let table;
  before(async () => {
    table = await Table.set(browser, binary, { locale });
  });
  after(() => table?.close());

  for (const row of rowsOf(kPages, only)) {
    test(row.name, () =>
      table.visit(row, async (visitor, response) => {
        const found = await pageFindings(visitor, response, table.expected(row));
        for (const look of kLooks) {
          await visitor.look(look);
          const findings = await lookFindings(visitor.page);
          found.push(...findings.map((one) => `${look.width} px, ${look.scheme}: ${one}`));
        }
        found.push(...(await keyboardFindings(visitor.page)));
        assert.deepEqual(found, []);
      }),
    );
  }
});

describe('pages with names at their longest, without JavaScript', () => {
  let table;
  before(async () => {
    table = await Table.set(browser, binary, { locale, long: true, javascript: false });
  });
  after(() => table?.close());

  for (const row of rowsOf(kPages, only)) {
    test(row.name, () =>
      table.visit(row, async (visitor, response) => {
        assert.equal(response.status(), row.status ?? 200);
        await visitor.look({ ...kPhone, scheme: 'light' });
        const found = await overflowFindings(visitor.page);
        found.push(...(await spacingFindings(visitor.page)));
        assert.deepEqual(found, []);
      }),
    );
  }
});

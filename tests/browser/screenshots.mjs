// A picture of each page and mail of the tables at each width and scheme, and sheets with many of them.
// scripts/screenshots calls it.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { escape, kLooks, launchChromium, open } from './browser.mjs';
import { kMails } from './mails.mjs';
import { options } from './options.mjs';
import { kPages } from './pages.mjs';
import { Table } from './table.mjs';

const { binary, locale, only, long, output } = options({
  locale: 'es',
  only: '',
  output: 'build/screenshots',
});
const folder = resolve(output, long ? `${locale}-long` : locale);
const fileOf = (row, { width, scheme }) => `${row.name}-${width}-${scheme}.png`;

const picture = (row, look) =>
  `<figure class="w${look.width}"><figcaption>${escape(row.name)}</figcaption>` +
  `<img src="${fileOf(row, look)}" alt="${look.width} px, ${look.scheme}"></figure>`;

const document = (pictures, style = '') => `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Pages</title><style>
body { margin: 16px; font: 14px sans-serif; background: #888; }
body { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 0; }
img { display: block; width: 100%; }
.w320 { width: 320px; }
.w1280 { width: 656px; }
${style}</style></head><body>${pictures.join('\n')}</body></html>`;

// All looks of all pages to scroll through, and sheets of one look each, to see many at a glance. A
// sheet cuts long pages off, so that each of its pictures stays large enough to be read.
async function drawSheets(browser, rows) {
  await writeFile(
    join(folder, 'index.html'),
    document(rows.flatMap((row) => kLooks.map((look) => picture(row, look)))),
  );
  const visitor = await open(browser, { width: 2032, height: 400 });
  for (const look of kLooks) {
    const [count, height] = look.width === 320 ? [6, 1300] : [9, 460];
    const style = `figure { max-height: ${height}px; overflow: hidden; }`;
    for (let first = 0; first < rows.length; first += count) {
      const pictures = rows.slice(first, first + count).map((row) => picture(row, look));
      const number = String(first / count + 1).padStart(2, '0');
      await drawSheet(
        visitor,
        `sheet-${look.width}-${look.scheme}-${number}`,
        document(pictures, style),
      );
    }
  }
  await visitor.close();
}

async function drawSheet(visitor, name, html) {
  const file = join(folder, `${name}.html`); // a file, since only files may show pictures of files
  await writeFile(file, html);
  await visitor.goto(pathToFileURL(file).href);
  await visitor.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await rm(file);
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const browser = await launchChromium();
const table = await Table.set(browser, binary, { locale, long, motion: false });
// Both kinds of rows look alike from here on: `visit` has somebody look at the page or the mail.
const rows = [
  ...kPages.map((row) => ({ name: row.name, visit: (look) => table.visit(row, look) })),
  ...kMails.map((row) => ({ name: `mail_${row.name}`, visit: (look) => table.read(row, look) })),
].filter(({ name }) => name.includes(only));
if (rows.length === 0) throw new Error(`no row has "${only}" in its name`);
const weights = ['| page | status | requests | bytes |', '|---|---|---|---|'];
try {
  for (const row of rows) {
    await row.visit(async (visitor, response) => {
      const arrivals = await visitor.arrivals();
      const bytes = arrivals.reduce((sum, arrival) => sum + arrival.bytes, 0);
      weights.push(`| ${row.name} | ${response.status()} | ${arrivals.length} | ${bytes} |`);
      for (const look of kLooks) {
        await visitor.look(look);
        await visitor.page.screenshot({ path: join(folder, fileOf(row, look)), fullPage: true });
      }
    });
    process.stdout.write('.');
  }
  await writeFile(join(folder, 'weights.md'), `${weights.join('\n')}\n`);
  await drawSheets(browser, rows);
} finally {
  await table.close();
  await browser.close();
}
process.stdout.write(`\n${rows.length * kLooks.length} pictures: ${join(folder, 'index.html')}\n`);

// What every page has to be. Each check returns what it finds, a line a finding, so that one run
// says everything that is wrong with a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';
import { isText, textOf } from './catalogue.mjs';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const kMostBytes = 30_000; // of a page with all it loads, images apart

// WCAG 2.2 AA.
const kAxeOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
};

// And of axe's advice what makes a page easy to find one's way in.
const kRulesOfPages = Object.fromEntries(
  [
    'empty-heading',
    'heading-order',
    'label-title-only',
    'landmark-banner-is-top-level',
    'landmark-contentinfo-is-top-level',
    'landmark-main-is-top-level',
    'landmark-no-duplicate-banner',
    'landmark-no-duplicate-contentinfo',
    'landmark-one-main',
    'landmark-unique',
    'page-has-heading-one',
    'region',
    'skip-link',
    'tabindex',
  ].map((rule) => [rule, { enabled: true }]),
);

const kHtmlRules = {
  // Both are how a page is laid out in the source, which Mustache decides.
  'no-trailing-whitespace': 'off',
  'long-title': 'off', // names of raffles are an organiser's
  // Browsers forget that a table is one when CSS lays it out as blocks, so roles say it again.
  'no-redundant-role': 'off',
  'prefer-native-element': 'off',
  'prefer-tbody': 'off', // browsers put it there
  'heading-level': ['error', { minInitialRank: 'h2' }], // what is wrong comes before the h1
  'valid-id': ['error', { relaxed: true }], // an id may have dots, as names of fields do
  'require-sri': 'off', // all that is loaded comes from the server that sent the page
};

const pageValidator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: kHtmlRules,
});

// Mail programs understand little CSS, and Outlook needs tables and comments of its own.
const mailValidator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    ...kHtmlRules,
    'no-inline-style': 'off',
    'no-deprecated-attr': 'off',
    'no-conditional-comment': 'off',
  },
});

// --- once for a page -----------------------------------------------------------------------------

// `expected`: { status, locale, template, heading?, origin }. `template` is the name of the page,
// whose title in the catalogue has to be its heading, unless `heading` says what is.
export async function pageFindings(visitor, response, expected) {
  return [
    ...statusFindings(response, expected),
    ...headerFindings(response),
    ...(await headingFindings(visitor.page, expected)),
    ...(await languageFindings(visitor.page, expected)),
    ...(await landmarkFindings(visitor.page)),
    ...(await htmlFindings(response)),
    ...(await loadFindings(visitor, expected)),
    ...visitor.complaints.map((complaint) => `console: ${complaint}`),
  ];
}

function statusFindings(response, { status }) {
  return response.status() === status ? [] : [`status ${response.status()} instead of ${status}`];
}

export function headerFindings(response) {
  const headers = response.headers();
  const policy = headers['content-security-policy'] ?? '';
  const found = [];
  if (!policy.includes("default-src 'none'"))
    found.push(`policy without default-src 'none': ${policy}`);
  if (/unsafe-|https?:|\*/.test(policy.replace(/frame-ancestors[^;]*/, ''))) {
    found.push(`policy lets too much in: ${policy}`);
  }
  if (headers['x-content-type-options'] !== 'nosniff') found.push('no X-Content-Type-Options');
  if (!headers['cache-control']) found.push('no Cache-Control');
  return found;
}

async function headingFindings(page, { template, heading, locale }) {
  const headings = (await page.locator('h1').allInnerTexts()).map((text) =>
    text.replace(/\s+/g, ' ').trim(),
  );
  if (headings.length !== 1) return [`${headings.length} h1: ${headings.join(' | ')}`];
  const title = heading ?? textOf(locale, `page.${template}`, 'title');
  if (title === undefined)
    return [`no title of page.${template} in ${locale}.toml; the row needs "heading"`];
  return isText(title, headings[0]) ? [] : [`h1 is "${headings[0]}" instead of "${title}"`];
}

async function languageFindings(page, { locale }) {
  const language = await page.locator('html').getAttribute('lang');
  return language === locale ? [] : [`lang is "${language}" instead of "${locale}"`];
}

// There has to be one <main>, and the title has to begin with what the page is.
async function landmarkFindings(page) {
  const mains = await page.locator('main').count();
  const title = await page.title();
  return [...(mains === 1 ? [] : [`${mains} <main>`]), ...(title.trim() ? [] : ['no <title>'])];
}

async function htmlFindings(response, validator = pageValidator) {
  const report = await validator.validateString(await response.text());
  return report.results.flatMap(({ messages }) =>
    messages.map(
      (message) => `HTML ${message.line}:${message.column}: ${message.message} (${message.ruleId})`,
    ),
  );
}

// Nothing from another host, nothing that fails, and not much of it.
async function loadFindings(visitor, { status, origin }) {
  const arrivals = await visitor.arrivals();
  const weighed = arrivals.filter(({ type }) => type !== 'image' && type !== 'font');
  const bytes = weighed.reduce((sum, arrival) => sum + arrival.bytes, 0);
  return [
    ...visitor.requests
      .filter(({ url }) => new URL(url).origin !== origin)
      .map(({ url }) => `asks another host: ${url}`),
    ...arrivals
      .filter((one) => one.status >= 400 && !(one.type === 'document' && one.status === status))
      .map((one) => `${one.status} for ${one.url}`),
    ...(bytes <= kMostBytes ? [] : [`${bytes} bytes, more than ${kMostBytes}`]),
  ];
}

// Of a mail: its language, its source, and that it loads nothing, since that would tell who reads.
export async function mailFindings(visitor, response, { locale }) {
  const others = visitor.requests.filter(({ url }) => url !== response.url());
  return [
    ...(await languageFindings(visitor.page, { locale })),
    ...(await htmlFindings(response, mailValidator)),
    ...others.map(({ url }) => `loads ${url}`),
    ...visitor.complaints.map((complaint) => `console: ${complaint}`),
  ];
}

// --- for each width and scheme -------------------------------------------------------------------

// `isPage`: false for a mail, which is a part of its reader's page.
export async function lookFindings(page, { isPage = true } = {}) {
  return [...(await axeFindings(page, isPage)), ...(await overflowFindings(page))];
}

async function axeFindings(page, isPage) {
  // Evaluated rather than added as a script, which the page's policy would refuse.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(kAxe);
  const { violations } = await page.evaluate((options) => axe.run(document, options), {
    ...kAxeOptions,
    rules: isPage ? kRulesOfPages : {},
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, any }) =>
        `axe ${id}: ${help}: ${target.join(' ')} ${any.map(({ message }) => message).join('; ')}`,
    ),
  );
}

// Nothing may stick out of the window, and no text out of its box.
export async function overflowFindings(page) {
  return page.evaluate(() => {
    const nameOf = (element) =>
      element.tagName.toLowerCase() + (element.className ? `.${element.className}` : '');
    const found = new Set();
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
      const wide = [...document.body.querySelectorAll('*')].filter(
        (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
      );
      const names = wide.slice(0, 5).map(nameOf).join(', ');
      found.add(`${scrollWidth} px wide in a window of ${clientWidth}: ${names}`);
    }
    const boxOf = (element) =>
      getComputedStyle(element).display.startsWith('inline')
        ? boxOf(element.parentElement)
        : element;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.data.trim()) continue;
      const box = boxOf(text.parentElement);
      const { left, right, width } = box.getBoundingClientRect();
      if (width <= 1) continue; // only for screen readers
      const range = document.createRange();
      range.selectNodeContents(text);
      if (
        [...range.getClientRects()].some((line) => line.left < left - 1 || line.right > right + 1)
      ) {
        found.add(`text sticks out of ${nameOf(box)}: ${text.data.trim().slice(0, 40)}`);
      }
    }
    return [...found];
  });
}

// As overflowFindings(), with the spaces that a reader may need (WCAG 1.4.12).
export async function spacingFindings(page) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
      word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
  });
  const found = await overflowFindings(page);
  await page.evaluate(() => (document.adoptedStyleSheets = []));
  return found.map((one) => `with more space between letters: ${one}`);
}

// Tab leads to all that can be used, and shows where it is.
export async function keyboardFindings(page) {
  const expected = await page.evaluate(() => {
    const usable = 'a[href], button, input, select, textarea, summary, [tabindex], iframe';
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    window.unreached = new Set(
      [...document.querySelectorAll(usable)].filter(
        (element) => element.tabIndex >= 0 && !element.disabled && element.getClientRects().length,
      ),
    );
    return window.unreached.size;
  });
  const found = [];
  for (let stops = 0; stops < 4 * expected; ++stops) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // A date has several stops. The browser shows them itself, also the one of its calendar.
      const isWithin = element === window.lastStop;
      window.lastStop = element;
      // Of a group of radio buttons Tab reaches one, and arrows the others.
      for (const one of window.unreached) {
        if (one === element || (one.type === 'radio' && one.name === element.name)) {
          window.unreached.delete(one);
        }
      }
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return {
        text: (element.innerText || element.name || element.tagName).slice(0, 40),
        isVisible:
          isWithin ||
          element.tagName === 'IFRAME' ||
          (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) ||
          boxShadow !== 'none',
      };
    });
    if (!stop) break;
    if (!stop.isVisible) found.push(`no visible focus on "${stop.text}"`);
  }
  const unreached = await page.evaluate(() =>
    [...window.unreached].map((one) => (one.innerText || one.name || one.tagName).slice(0, 40)),
  );
  return [...found, ...unreached.map((one) => `Tab does not lead to "${one}"`)];
}

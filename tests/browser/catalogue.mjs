// The texts of pages, out of templates/texts, so that a test can say which page it is looking at.
import { readFileSync, readdirSync } from 'node:fs';

const kTemplates = new URL('../../templates/', import.meta.url);

// Names of the pages that there are: templates/page/NAME.mustache.
export function pageTemplates() {
  return readdirSync(new URL('page/', kTemplates))
    .map((file) => file.match(/^([a-z0-9_]+)\.mustache$/)?.[1])
    .filter((name) => name && name !== 'layout');
}

// Kinds of the mails that there are: templates/mail/KIND.html.mustache.
export function mailTemplates() {
  return readdirSync(new URL('mail/', kTemplates))
    .map((file) => file.match(/^([a-z0-9_]+)\.html\.mustache$/)?.[1])
    .filter((kind) => kind && kind !== 'layout' && kind !== 'foot');
}

// One text, or undefined. It reads the part of TOML that the catalogues use: a string on a line.
export function textOf(locale, section, key) {
  const lines = readFileSync(new URL(`texts/${locale}.toml`, kTemplates), 'utf8').split('\n');
  const begin = lines.indexOf(`[${section}]`);
  if (begin < 0) return undefined;
  for (const line of lines.slice(begin + 1)) {
    if (line.startsWith('[')) return undefined;
    if (line.startsWith(`${key} = "`)) return JSON.parse(line.slice(key.length + 3));
  }
  return undefined;
}

// Whether `shown` is that text with something in place of its {{values}}. Strong words have no
// asterisks on a page.
export function isText(text, shown) {
  const literal = text
    .split(/\{\{[^}]*\}\}/)
    .map((part) => part.replace(/[*_]/g, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'u').test(shown);
}

// A text as templates find it: of the section, else of a shared one. Throws where there is none.
export function wordsOf(locale, section, key) {
  const text = [section, 'form', 'common']
    .map((one) => textOf(locale, one, key))
    .find((one) => one !== undefined);
  if (text === undefined) throw new Error(`no ${key} in [${section}] of ${locale}.toml`);
  return text;
}

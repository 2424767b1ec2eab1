// The folder into which the server writes its mails, and those mails taken apart.
import { readFileSync, readdirSync, mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { deadline } from './waiting.mjs';

export class Outbox {
  #folder;
  #mails = new Map(); // by the name of the file; a mail is never changed

  constructor(folder) {
    this.#folder = folder;
  }

  // All mails that are there, each { to, subject, text, html }.
  mails() {
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder).sort()) {
      if (!name.endsWith('.eml') || this.#mails.has(name)) continue;
      this.#mails.set(name, readMail(readFileSync(join(this.#folder, name), 'latin1')));
    }
    return [...this.#mails.values()];
  }

  // The first mail that `matches`, as soon as it is there.
  async waitFor(matches, what) {
    let found = this.mails().find(matches);
    if (found) return found;
    const watcher = watch(this.#folder);
    const arrival = new Promise((resolve, reject) => {
      const look = () => {
        found = this.mails().find(matches);
        if (found) resolve(found);
      };
      watcher.on('change', look);
      watcher.on('error', reject);
      look(); // it may have come before the watch began
    });
    try {
      return await deadline(arrival, `a mail: ${what}`);
    } finally {
      watcher.close();
    }
  }

  // The link to `path`, such as "/claim", in the `nth` mail to `address` that has one, from 0.
  async linkFor(address, path, nth = 0) {
    const isIt = (mail) => mail.to.includes(address) && linkIn(mail, path);
    const mail = await this.waitFor((one) => {
      const all = this.mails().filter(isIt);
      return all.indexOf(one) === nth;
    }, `to ${address} with a link to ${path}`);
    return linkIn(mail, path);
  }
}

// The first address in the text part that leads to `path`, or undefined.
export function linkIn(mail, path) {
  return mail.text.match(/https?:\/\/\S+/g)?.find((link) => new URL(link).pathname === path);
}

// `bytes` is a string of one character a byte.
export function readMail(bytes) {
  const parts = [];
  const head = readPart(bytes, parts);
  const part = (type) => parts.find((one) => one.type.startsWith(type))?.text ?? '';
  return {
    to: head.get('to') ?? '',
    subject: decodeWords(head.get('subject') ?? ''),
    text: part('text/plain'),
    html: part('text/html'),
  };
}

function readPart(bytes, parts) {
  const end = bytes.indexOf('\r\n\r\n');
  const head = readHead(bytes.slice(0, end));
  const body = bytes.slice(end + 4);
  const type = head.get('content-type') ?? 'text/plain';
  const boundary = type.match(/boundary="?([^";]+)"?/)?.[1];
  if (boundary) {
    // What stands before the first boundary and after the last is for nobody.
    for (const part of body.split(`--${boundary}`).slice(1, -1)) readPart(part.slice(2), parts);
  } else {
    parts.push({ type, text: decodeBody(body, head.get('content-transfer-encoding') ?? '') });
  }
  return head;
}

function readHead(text) {
  const lines = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function decodeBody(body, encoding) {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding === 'quoted-printable') return decodeQuoted(body.replace(/=\r\n/g, ''));
  return Buffer.from(body, 'latin1').toString('utf8');
}

function decodeQuoted(text) {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

// RFC 2047. White space between two encoded words is not part of the text.
function decodeWords(text) {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, way, word) =>
      way.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replace(/_/g, ' ')),
    );
}

// Walks the table of pages with one window after the other.
import { open } from './browser.mjs';
import { kPages } from './pages.mjs';
import { Raffles } from './raffles.mjs';
import { Server } from './server.mjs';

// The rows whose name has `only` in it; all without it.
export function rowsOf(only) {
  const rows = kPages.filter(({ name }) => !only || name.includes(only));
  if (rows.length === 0) throw new Error(`no row of pages.mjs has "${only}" in its name`);
  return rows;
}

// A server, its raffles, and a window for whoever visits the pages of the table.
export class Table {
  static async set(browser, binary, { locale, long = false, motion = true }) {
    const server = await Server.start(binary);
    return new Table(browser, server, new Raffles(server, { locale, long }), { locale, motion });
  }

  constructor(browser, server, raffles, manner) {
    this.browser = browser;
    this.server = server;
    this.raffles = raffles;
    this.manner = manner;
  }

  // Goes to the page of `row`, and has `look(visitor, response)` look at it.
  async visit(row, look) {
    const visitor = await this.#visitor(row);
    try {
      return await look(visitor, await row.visit(visitor, this.raffles));
    } catch (error) {
      // Nobody knows in which state it is.
      await visitor.close();
      if (visitor === this.window) this.window = undefined;
      throw error;
    } finally {
      if (visitor !== this.window) await visitor.close();
    }
  }

  // Most are strangers who share a window.
  async #visitor({ account }) {
    if (account) return open(this.browser, { ...this.manner, account: this.server.account });
    if (this.window) await this.window.renew();
    else this.window = await open(this.browser, this.manner);
    return this.window;
  }

  // What pageFindings() has to find on the page of `row`.
  expected({ name, template = name, status = 200, heading }) {
    return {
      template,
      status,
      heading: typeof heading === 'function' ? heading(this.raffles) : heading,
      locale: this.manner.locale,
      origin: this.server.origin,
    };
  }

  async close() {
    await this.window?.close();
    await this.raffles.close();
    await this.server.stop();
  }
}

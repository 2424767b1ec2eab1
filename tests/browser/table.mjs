// Walks the table of pages with one window after the other.
import { open } from './browser.mjs';
import { mailOf } from './mails.mjs';
import { Raffles } from './raffles.mjs';
import { Server } from './server.mjs';

const kMailbox = 'https://mail.example.org/';

// The rows of `all` whose name has `only` in it; all without it.
export const rowsOf = (all, only = '') => all.filter(({ name }) => name.includes(only));

// A server, its raffles, and a window for whoever visits the pages of the table.
export class Table {
  // `manner`: how visitors come, as open() takes it; with `locale`, which is the raffles', too.
  static async set(browser, binary, { long = false, ...manner }) {
    const server = await Server.start(binary);
    return new Table(browser, server, new Raffles(server, { locale: manner.locale, long }), manner);
  }

  constructor(browser, server, raffles, manner) {
    this.browser = browser;
    this.server = server;
    this.raffles = raffles;
    this.manner = manner;
  }

  // Goes to the page of `row`, and has `look(visitor, response)` look at it.
  visit(row, look) {
    return this.#with(row, async (visitor) =>
      look(visitor, await row.visit(visitor, this.raffles)),
    );
  }

  // As visit(), for a row of mails.mjs: shows the mail as a mail program on the web would.
  read(row, look) {
    return this.#with(row, async (visitor) => {
      const mail = await mailOf(row, this.raffles);
      await visitor.host(kMailbox, mail.html);
      return look(visitor, await visitor.goto(kMailbox));
    });
  }

  async #with(row, act) {
    const visitor = await this.#visitor(row);
    try {
      return await act(visitor);
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

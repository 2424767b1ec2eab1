// Browsers of this machine, and visitors who use them.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, firefox } from 'playwright-core';

const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const kFirefox = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

// Why the Firefox of this machine cannot be driven, or false. The one from before Debian's security
// updates may be too old for what playwright-core asks of it.
export function troubleWithFirefox() {
  if (!existsSync(kFirefox)) return `${kFirefox} is not installed`;
  const version = execFileSync(kFirefox, ['--version'], { encoding: 'utf8' }).trim();
  return parseInt(version.replace(/\D+/, ''), 10) < 143 && `${version} is older than 143`;
}

export function launchChromium() {
  return chromium.launch({
    executablePath: kChromium,
    chromiumSandbox: process.getuid() !== 0, // Chromium refuses to be root with its sandbox
    args: ['--disable-dev-shm-usage'], // /dev/shm is small in containers
  });
}

// Firefox as Debian ships it, by WebDriver BiDi. It does not emulate colour schemes.
export function launchFirefox() {
  return firefox.launch({ executablePath: kFirefox, channel: 'moz-firefox' });
}

// How a page is looked at.
export const kPhone = { width: 320, height: 640 };
export const kDesk = { width: 1280, height: 800 };
export const kLooks = [
  { ...kPhone, scheme: 'light' },
  { ...kPhone, scheme: 'dark' },
  { ...kDesk, scheme: 'dark' },
  { ...kDesk, scheme: 'light' },
];

// Each visitor comes from an address of their own, or the limits of one would be those of all.
let clients = 0;
export function nextClient() {
  clients += 1;
  return `10.0.${clients >> 8}.${clients & 255}`;
}

// Opens a window of its own for one person. Close it: visitor.close().
export async function open(
  browser,
  {
    width = kDesk.width,
    height = kDesk.height,
    scheme = 'light',
    locale = 'es',
    javascript = true,
    account = undefined,
    client = nextClient(),
    motion = true,
  } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale,
    javaScriptEnabled: javascript,
    httpCredentials: account,
    reducedMotion: motion ? 'no-preference' : 'reduce',
    extraHTTPHeaders: { 'x-forwarded-for': client },
  });
  context.setDefaultTimeout(60_000);
  return new Visitor(context, await context.newPage(), client);
}

// That a page has a status like 404 is for its own check, and Firefox tells that it may not look for
// a favicon.ico.
const kHarmless = /^Failed to load resource|favicon\.ico/;

export class Visitor {
  requests = []; // { url, type }, of every frame
  complaints = []; // what the browser's console says is wrong: scripts that throw, CSP
  #arrivals = [];

  constructor(context, page, client) {
    this.context = context;
    this.page = page;
    this.client = client;
    context.on('request', (request) => {
      if (!/^(data|blob|about):/.test(request.url())) {
        this.requests.push({ url: request.url(), type: request.resourceType() });
      }
    });
    context.on('response', (response) => this.#arrivals.push(response));
    context.on('requestfailed', (request) => {
      this.complaints.push(`${request.url()}: ${request.failure()?.errorText}`);
    });
    context.on('console', (message) => {
      if (message.type() === 'error') this.#complain(message.text());
    });
    context.on('weberror', (error) => this.#complain(String(error.error())));
  }

  #complain(text) {
    if (!kHarmless.test(text)) this.complaints.push(text);
  }

  // The same window for somebody else, which is quicker than another window.
  async renew() {
    this.client = nextClient();
    this.requests.length = 0;
    this.complaints.length = 0;
    this.#arrivals = [];
    await this.context.clearCookies();
    await this.context.setExtraHTTPHeaders({ 'x-forwarded-for': this.client });
    await this.look({ ...kDesk, scheme: 'light' });
  }

  // Returns the response of the page.
  goto(address) {
    this.#arrivals = [];
    return this.page.goto(address);
  }

  // Does what leads to another page, and returns the response of that page.
  async follow(action) {
    this.#arrivals = [];
    const [response] = await Promise.all([this.page.waitForNavigation(), action()]);
    return response;
  }

  // Sends a form that stands on somebody's own page, as an organiser's web people write it.
  async submit(address, fields) {
    const inputs = Object.entries(fields).flatMap(([name, values]) =>
      [values]
        .flat()
        .map((value) => `<textarea name="${escape(name)}">${escape(value)}</textarea>`),
    );
    await this.page.goto('about:blank');
    await this.page.setContent(
      `<form method="post" action="${escape(address)}">${inputs.join('')}<button>Go</button></form>`,
    );
    return this.follow(() => this.page.locator('button').click());
  }

  // Shows an answer that no browser would get, since no browser asks like that: { status, headers,
  // body } of raw().
  async show(address, answer) {
    await this.page.route(address, (route) => route.fulfill(answer));
    const response = await this.goto(address);
    // Not before all is loaded: a request that is on its way while routes change may be lost.
    await this.page.unroute(address);
    return response;
  }

  // Puts a page of somebody else at `address`, such as https://www.example.org/. Nothing is asked of
  // that host, but to the browser it is another origin.
  async host(address, html) {
    // Chromium asks before a page of the internet may show one of this machine.
    if (this.context.browser().browserType().name() === 'chromium') {
      const { origin } = new URL(address);
      await this.context.grantPermissions(['local-network-access'], { origin });
    }
    await this.context.unroute(address);
    await this.context.route(address, (route) =>
      route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
    );
  }

  async look({ width, height, scheme }) {
    await this.page.setViewportSize({ width, height });
    await this.page.emulateMedia({ colorScheme: scheme });
  }

  // What the present page has loaded: { url, type, status, bytes }.
  async arrivals() {
    return Promise.all(
      this.#arrivals.map(async (response) => ({
        url: response.url(),
        type: response.request().resourceType(),
        status: response.status(),
        // An answer that only leads elsewhere has no body that could be asked for.
        bytes:
          response.status() >= 300 && response.status() < 400 ? 0 : (await response.body()).length,
      })),
    );
  }

  close() {
    return this.context.close();
  }
}

export function escape(text) {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

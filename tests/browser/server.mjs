// The real binary, serving on a free port of 127.0.0.1, in a folder of its own.
//
// It is made like an organiser's: limits are on, and mails become files. A "proxy" on this machine
// is trusted, so that a test can be any number of clients (see nextClient()). What is built for
// tests/torture beside the binary can set its clock (see advance()).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deadline } from './waiting.mjs';
import { Outbox } from './outbox.mjs';

const kAccount = { username: 'boss', password: 'open sesame' };
const kCredentials = Buffer.from(`${kAccount.username}:${kAccount.password}`).toString('base64');
const kBasic = `Basic ${kCredentials}`;

// Of the struct Control in tests/torture/faults.cpp.
const kOrdersBytes = 56;
const kClockOffset = 48;

// The address that links carry has to be known before the start, so port 0 would not do.
async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export class Server {
  account = kAccount;
  output = '';
  #faults;
  #offset = 0; // of its clock, in milliseconds

  // `settings`: "section.key": value. Strings are passed as they are, all else as JSON, which TOML
  // reads alike.
  static async start(binary, settings = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'promotions-browser-'));
    // Somebody else may take the port before the server does.
    for (let attempt = 1; ; ++attempt) {
      const server = new Server(binary, folder, await freePort(), settings);
      try {
        await server.command(
          ['--create', 'admin', 'add', kAccount.username, '--password-stdin'],
          `${kAccount.password}\n`,
        );
        await server.#serve();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === 5 || !/in use/i.test(server.output)) throw error;
      }
    }
  }

  constructor(binary, folder, port, settings) {
    this.binary = binary;
    this.folder = folder;
    this.origin = `http://127.0.0.1:${port}`;
    this.#faults = join(dirname(binary), 'promotions_faults.so');
    this.outbox = new Outbox(join(folder, 'outbox'));
    this.settings = {
      'storage.path': join(folder, 'raffle.db'),
      'mail.directory': join(folder, 'outbox'),
      'server.port': port,
      'server.public_url': this.origin,
      'server.trusted_proxies': ['127.0.0.1/32'],
      'limits.failed_logins_per_minute': 0,
      'draw.drand_urls': ['http://127.0.0.1:9'], // where nobody answers: no test reaches further
      ...settings,
    };
  }

  #arguments() {
    return Object.entries(this.settings).flatMap(([key, value]) => [
      '--set',
      `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ]);
  }

  // The environment in which the program lets its clock be set.
  #faultsAt(orders) {
    if (!existsSync(this.#faults)) return {};
    return {
      LD_PRELOAD: this.#faults,
      PROMOTIONS_FAULTS: orders,
      // The sanitizer's runtime wants to be loaded first, and need not be.
      ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`,
    };
  }

  async #serve() {
    // What tests/torture/faults.cpp maps. All of it is 0, so nothing is to fail.
    const orders = join(this.folder, 'faults');
    await writeFile(orders, Buffer.alloc(kOrdersBytes));
    // A limit on the size of files (see fillDisk()) must be an error for the program, not a signal,
    // and a signal that is ignored stays so after exec.
    this.process = spawn(
      'sh',
      ['-c', 'trap "" XFSZ; exec "$@"', 'sh', this.binary, ...this.#arguments(), 'serve'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...this.#faultsAt(orders) },
      },
    );
    const listening = new Promise((resolve, reject) => {
      const collect = (text) => {
        this.output += text;
        if (this.output.includes('listening on http://')) resolve();
      };
      this.process.stdout.setEncoding('utf8').on('data', collect);
      this.process.stderr.setEncoding('utf8').on('data', collect);
      this.process.once('error', reject);
      this.ended = new Promise((ended) => {
        this.process.once('close', (status) => {
          reject(new Error(`the server ended with ${status}: ${this.output}`));
          ended(status);
        });
      });
    });
    await deadline(listening, 'the server to listen');
  }

  // A command on the same database; returns what it printed.
  async command(args, input = '') {
    const child = spawn(this.binary, [...this.#arguments(), ...args]);
    let printed = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
    child.stdin.on('error', () => {}); // a command need not read what it is given
    child.stdin.end(input);
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const status = await deadline(ended, `"${args.join(' ')}" to end`);
    if (status !== 0) throw new Error(`"${args.join(' ')}" ended with ${status}: ${complaints}`);
    return printed;
  }

  // A request as the program of an organiser sends it: { status, body }, `body` out of JSON. Throws
  // where a status other than 2xx was not expected.
  async api(method, path, body, expected = undefined) {
    const answer = await this.request(method, path, body, { authorization: kBasic });
    if (expected === undefined ? answer.status >= 300 : answer.status !== expected) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }

  // A request without an account.
  async request(method, path, body, headers = {}) {
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    let parsed = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      // A page, or nothing.
    }
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  // Sets the clock on. Work that is due then begins when the program next looks, which the next
  // sign-up makes it do.
  async advance(milliseconds) {
    if (!existsSync(this.#faults)) throw new Error(`${this.#faults} is not built`);
    this.#offset += milliseconds;
    const offset = Buffer.alloc(8);
    offset.writeBigInt64LE(BigInt(this.#offset));
    const orders = await open(join(this.folder, 'faults'), 'r+');
    await orders.write(offset, 0, 8, kClockOffset);
    await orders.close();
  }

  // From here on nothing can be written to the database.
  async fillDisk() {
    const child = spawn('prlimit', ['--pid', String(this.process.pid), '--fsize=0']);
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (status !== 0) throw new Error(`prlimit ended with ${status}`);
  }

  async stop() {
    if (this.process) {
      this.process.kill('SIGTERM');
      await deadline(this.ended, 'the server to stop');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

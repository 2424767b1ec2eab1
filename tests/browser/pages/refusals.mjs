// The server itself, and what it refuses. How rows are made is in ../pages.mjs.
import { at, refusal, signingUp } from './ways.mjs';

export const kRefusals = [
  { name: 'front_page', visit: at(() => '/') },
  { name: 'not_found', status: 404, visit: at(() => '/nothing') },
  {
    name: 'not_possible',
    status: 405,
    visit: at(() => '/add_subscriber'),
  },
  {
    name: 'not_understood',
    status: 400,
    visit: (visitor, raffles) =>
      refusal(visitor, raffles, 'POST /add_subscriber HTTP/1.1', {
        rest: 'Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{',
      }),
  },
  {
    name: 'too_large',
    status: 413,
    visit: signingUp((raffles) => raffles.open(), { 'data.name': 'x'.repeat(70_000) }),
  },
  {
    name: 'address_too_long',
    status: 414,
    visit: at(() => `/${'x'.repeat(9000)}`),
  },
  {
    // From outside, since a browser would send as much for the style sheet.
    name: 'browser_sends_too_much',
    status: 431,
    visit: (visitor, raffles) =>
      refusal(visitor, raffles, 'GET / HTTP/1.1', {
        rest: `Cookie: a=${'x'.repeat(17_000)}\r\n\r\n`,
      }),
  },
  {
    name: 'not_known_here',
    status: 501,
    visit: (visitor, raffles) => refusal(visitor, raffles, 'BREW / HTTP/1.1'),
  },
  {
    name: 'other_version',
    status: 505,
    visit: (visitor, raffles) => refusal(visitor, raffles, 'GET / HTTP/3.0'),
  },
  {
    name: 'too_slow',
    status: 408,
    visit: async (visitor, raffles) =>
      refusal(visitor, raffles, 'GET / HTTP/1.1', {
        rest: '',
        server: (await raffles.aside('slow', { 'server.header_timeout': '1s' })).server,
      }),
  },
  {
    name: 'busy',
    status: 503,
    async visit(visitor, raffles) {
      const full = await raffles.aside('full');
      await full.open();
      const { server } = full;
      await server.fillDisk();
      const body = 'campaign=open&email=ana@example.org';
      const type = 'Content-Type: application/x-www-form-urlencoded';
      return refusal(visitor, raffles, 'POST /add_subscriber HTTP/1.1', {
        server,
        rest: `${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      });
    },
  },
];

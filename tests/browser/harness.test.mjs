// What the other tests are made with. The checks of pages find what they are there to find, each on
// a page that has only that fault.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { kPhone, launchChromium, open } from './browser.mjs';
import { keyboardFindings, lookFindings, pageFindings, spacingFindings } from './checks.mjs';
import { isText, textOf } from './catalogue.mjs';
import { Keyboard } from './keyboard.mjs';
import { readMail, linkIn } from './outbox.mjs';

const kHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const kGood = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Good</title>
</head>
<body>
<main>
<h1>Good</h1>
<p>Text</p>
</main>
</body>
</html>
`;
const kExpected = { status: 200, locale: 'en', heading: 'Good' };

// What is wrong, how the good page becomes so, and what must be said of it.
const kFaults = [
  ['another status', { status: 404 }, /status 404 instead of 200/],
  [
    'a policy that lets in',
    { headers: { 'content-security-policy': "default-src 'self'" } },
    /policy/,
  ],
  [
    'inline styles allowed',
    { headers: { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" } },
    /policy lets too much in/,
  ],
  ['no Cache-Control', { headers: { 'cache-control': '' } }, /no Cache-Control/],
  ['a type to be guessed', { headers: { 'x-content-type-options': '' } }, /X-Content-Type-Options/],
  ['another heading', { from: '<h1>Good', to: '<h1>Bad' }, /h1 is "Bad"/],
  ['two headings', { from: '<p>Text</p>', to: '<h1>More</h1>' }, /2 h1/],
  ['another language', { from: 'lang="en"', to: 'lang="es"' }, /lang is "es"/],
  ['no main', { from: /main>/g, to: 'div>' }, /0 <main>/],
  ['no title', { from: '<title>Good', to: '<title>' }, /no <title>/],
  ['an element that is not closed', { from: '<p>Text</p>', to: '<div><p>Text</p>' }, /HTML/],
  [
    'a script in the page',
    { from: '<p>Text</p>', to: '<script>document.title += 1</script>' },
    /console: .*Content Security Policy/,
  ],
  [
    'a style in the page',
    { from: '<p>', to: '<p style="color: red">' },
    /console: .*Content Security Policy/,
  ],
  [
    'an image from elsewhere',
    {
      headers: { 'content-security-policy': "default-src 'none'; img-src *" },
      from: '<p>Text</p>',
      to: '<img src="http://127.0.0.1:9/x.png" alt="">',
    },
    /asks another host/,
  ],
  [
    'a style that is not there',
    { from: '</head>', to: '<link rel="stylesheet" href="/none.css">\n</head>' },
    /404 for .*none.css/,
  ],
  ['too much of it', { from: '<p>', to: `<p>${'Text '.repeat(7000)}` }, /bytes, more than 30000/],
  [
    'a field without a name',
    { from: '<p>Text</p>', to: '<form><input type="text"></form>' },
    /axe label/,
  ],
  [
    'an image without words',
    {
      headers: { 'content-security-policy': "default-src 'none'; img-src data:" },
      from: '<p>Text</p>',
      to: '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    },
    /axe image-alt/,
  ],
  ['text outside of landmarks', { from: '<main>', to: '<p>Lost</p>\n<main>' }, /axe region/],
  ['grey on grey', { style: 'p { color: #999; background: #aaa; }' }, /axe color-contrast/],
  [
    'grey on grey in the dark',
    {
      scheme: 'dark',
      style:
        ':root { color-scheme: light dark; } ' +
        '@media (prefers-color-scheme: dark) { p { color: #999; background: #aaa; } }',
    },
    /axe color-contrast/,
  ],
  [
    'small buttons side by side',
    {
      style: 'button { width: 12px; height: 12px; padding: 0; margin: 0; }',
      from: '<p>Text</p>',
      to: '<p><button type="button">a</button><button type="button">b</button></p>',
    },
    /axe target-size/,
  ],
  ['a box that sticks out', { style: 'p { width: 400px; }' }, /px wide in a window of 320: p/],
  [
    'text that sticks out of its box',
    {
      style: 'p { max-width: 100px; white-space: nowrap; }',
      from: '<p>Text',
      to: '<p>Text that goes on for a while',
    },
    /^text sticks out of p: Text that goes/,
  ],
  [
    'text that sticks out once it has more space',
    {
      style: 'p { width: 7.5rem; white-space: nowrap; }',
      from: '<p>Text',
      to: '<p>Text of one line',
    },
    /with more space between letters: text sticks out of p/,
  ],
  [
    'an order of stops of its own',
    { from: '<p>Text</p>', to: '<p tabindex="1">Text</p>' },
    /axe tabindex/,
  ],
  [
    'a focus that is not seen',
    {
      style: 'button:focus-visible { outline: 0; }',
      from: '<p>Text</p>',
      to: '<button type="button">One</button>',
    },
    /no visible focus on "One"/,
  ],
];

describe('checks', () => {
  let browser;
  let visitor;
  let host;
  let origin;
  let served; // { status, headers, page, style }
  before(async () => {
    browser = await launchChromium();
    visitor = await open(browser, { locale: 'en' });
    host = createServer((request, response) => {
      if (request.url === '/style.css' && served.style) {
        response.writeHead(200, { 'content-type': 'text/css' }).end(served.style);
      } else if (request.url === '/') {
        response.writeHead(served.status, served.headers).end(served.page);
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${host.address().port}`;
  });
  after(async () => {
    await browser?.close();
    host?.closeAllConnections();
    await new Promise((resolve) => host.close(resolve));
  });

  async function findings({
    status = 200,
    headers = {},
    from = '',
    to = '',
    style,
    scheme = 'light',
  } = {}) {
    const link = style ? '<link rel="stylesheet" href="/style.css">\n</head>' : '</head>';
    served = {
      status,
      headers: { ...kHeaders, ...headers },
      style,
      page: kGood.replace('</head>', link).replace(from, to),
    };
    await visitor.renew();
    await visitor.look({ ...kPhone, scheme });
    const response = await visitor.goto(`${origin}/`);
    return [
      ...(await pageFindings(visitor, response, { ...kExpected, origin })),
      ...(await lookFindings(visitor.page)),
      ...(await spacingFindings(visitor.page)),
      ...(await keyboardFindings(visitor.page)),
    ];
  }

  test('find nothing in a good page', async () => assert.deepEqual(await findings(), []));
  for (const [name, fault, said] of kFaults) {
    test(`find ${name}`, async () => {
      const found = await findings(fault);
      assert.ok(
        found.some((one) => said.test(one)),
        `found only: ${found.join('\n')}`,
      );
    });
  }

  async function keyboardAt(style) {
    served = {
      status: 200,
      headers: kHeaders,
      style,
      page: kGood
        .replace('</head>', '<link rel="stylesheet" href="/style.css">\n</head>')
        .replace('<p>Text</p>', '<p><a href="/">Again</a></p>'),
    };
    await visitor.renew();
    await visitor.goto(`${origin}/`);
    return new Keyboard(visitor.page);
  }

  test('the keyboard finds its way, and says what is not there', async () => {
    await (await keyboardAt('p { margin: 0; }')).reach('Again');
    await assert.rejects(
      (await keyboardAt('p { margin: 0; }')).reach('Nothing'),
      /Tab does not lead to "Nothing"/,
    );
  });
  test('the keyboard sees when the focus is invisible', async () => {
    const keyboard = await keyboardAt(':focus-visible { outline: 0; }');
    await assert.rejects(keyboard.reach('Again'), /no visible focus/);
  });
});

test('a mail is read in words', () => {
  const mail = readMail(
    'To: Ana <ana@example.org>\r\nSubject: =?UTF-8?Q?Best=C3=A4tige?=\r\n' +
      ' =?UTF-8?Q?_es?=\r\nContent-Type: multipart/alternative;\r\n boundary="b"\r\n\r\n--b\r\n' +
      'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' +
      'http://a.example/claim?token=3DAB=\r\nCD f=C3=BCr\r\n--b\r\nContent-Type: text/html\r\n' +
      'Content-Transfer-Encoding: base64\r\n\r\nPHA+\r\n--b--\r\n',
  );
  assert.equal(mail.subject, 'Bestätige es');
  assert.equal(mail.html, '<p>');
  assert.equal(linkIn(mail, '/claim'), 'http://a.example/claim?token=ABCD');
  assert.equal(linkIn(mail, '/c'), undefined);
  assert.match(mail.text, /für/);
});

test('a text of the catalogue is known again with its values', () => {
  assert.equal(textOf('es', 'page.verified', 'nothing'), undefined);
  assert.ok(textOf('es', 'page.verified', 'title'));
  assert.ok(isText('You won *{{prize}}*!', 'You won two tickets!'));
  assert.ok(!isText('You won *{{prize}}*!', 'You lost'));
});

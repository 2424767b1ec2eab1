// Requests that no browser and no library would send, byte by byte.
import { connect } from 'node:net';
import { deadline } from './waiting.mjs';

// Sends `request` and reads until the server hangs up, as it does after what it refuses.
// Returns { status, headers, body }.
export async function raw(server, request) {
  const { port } = new URL(server.origin);
  const socket = connect(Number(port), '127.0.0.1');
  const chunks = [];
  const ended = new Promise((resolve, reject) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('end', resolve);
    socket.once('error', reject);
  });
  socket.write(request);
  await deadline(ended, 'the answer to a raw request');
  socket.destroy();
  const answer = Buffer.concat(chunks).toString('utf8');
  const end = answer.indexOf('\r\n\r\n');
  const [first, ...fields] = answer.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: answer.slice(end + 4) };
}

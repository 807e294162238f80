// One keep-alive connection that says one thing at a time: what it costs stays far below what it measures.
import { connect } from 'node:net';

const deadlineMs = 15_000;
const gap = Buffer.from('\r\n\r\n');

/**
 * Opens a connection to an origin; `ask` sends the text of a request and answers `{ status, head, body }`.
 * Fails, and every question with it, when the server ends the connection or is silent for 15 seconds.
 */
export const openConnection = async (origin) => {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let waiting;
  let bytes = Buffer.alloc(0);

  const fail = (error) => {
    socket.destroy();
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.setTimeout(deadlineMs, () => fail(new Error(`no answer within ${deadlineMs} ms`)));
  socket.on('error', fail).on('close', () => fail(new Error('the server has ended the connection')));
  socket.on('data', (chunk) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const answer = answerIn(bytes);
    if (!answer) return;
    bytes = bytes.subarray(answer.length);
    waiting?.resolve(answer);
    waiting = undefined;
  });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));

  return {
    ask: (text) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(text);
      }),
    close: () => void socket.removeAllListeners('close').destroy(),
  };
};

const answerIn = (bytes) => {
  const end = bytes.indexOf(gap);
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const start = end + gap.length;
  if (bytes.length < start + length) return undefined;
  const body = bytes.toString('utf8', start, start + length);
  return { status: Number(head.slice(9, 12)), head, body, length: start + length };
};

/** The text of a GET. */
export const get = (origin, path, headers = {}) => written(origin, `GET ${path}`, headers);

/** The text of a POST of a form. */
export const post = (origin, path, form, headers = {}) => {
  const body = String(new URLSearchParams(form));
  const more = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
  return written(origin, `POST ${path}`, { ...more, ...headers }, body);
};

const written = (origin, line, headers, body = '') => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\nhost: ${new URL(origin).host}\r\n${lines.join('')}\r\n${body}`;
};

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const statuses: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

const descriptions: Readonly<Record<number, string>> = {
  400: 'the request is not valid HTTP/1.1',
  408: 'the request did not arrive in time',
  431: 'the request line and headers together are too long',
};

/** Answers what is not even HTTP, and closes the connection. */
export const answerBrokenRequest = ({ code = '' }: Error & { code?: string }, socket: Socket): void => {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(response(statuses[code] ?? 400));
  socket.destroySoon();
};

const response = (status: number): string => {
  const body = JSON.stringify({ error: 'invalid_request', error_description: descriptions[status] });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
};

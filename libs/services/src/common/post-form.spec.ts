import { afterEach, describe, expect, test } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { formPoster, type FormPoster } from './post-form.js';

const servers: Server[] = [];
const posters: FormPoster[] = [];
afterEach(async () => {
  posters.splice(0).forEach((poster) => poster.close());
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** A real server on this machine, and what came there. */
const receiver = async (answer: RequestListener = (_, response) => response.end()) => {
  const seen = { url: '', port: 0, bodies: [] as string[], types: [] as unknown[], sockets: new Set<Socket>() };
  const server = createServer((request, response) => {
    seen.sockets.add(request.socket);
    seen.types.push(request.headers['content-type']);
    void bodyOf(request).then((body) => {
      seen.bodies.push(body);
      answer(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  seen.port = (server.address() as AddressInfo).port;
  seen.url = `http://127.0.0.1:${seen.port}/logout?tenant=a`;
  return seen;
};

const poster = (more: object = {}): FormPoster => {
  const made = formPoster({ deadlineMs: 400, maxBytes: 1_000, loopback: true, ...more });
  posters.push(made);
  return made;
};
const failing = async (uri: string, more: object = {}): Promise<string> => {
  const error = await poster(more)
    .post(uri, { logout_token: 'secret.secret.secret' })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Unavailable);
  return (error as Error).message;
};

describe('formPoster', () => {
  test('posts a form and answers the status, over one connection', async () => {
    const there = await receiver((_, response) => response.writeHead(204).end());
    const { post } = poster();
    for (const text of ['a.b.c', 'ü & = +']) expect(await post(there.url, { logout_token: text })).toBe(204);
    expect(there.bodies.map((body) => new URLSearchParams(body).get('logout_token'))).toEqual(['a.b.c', 'ü & = +']);
    expect(there.types).toEqual(Array(2).fill('application/x-www-form-urlencoded'));
    expect(there.sockets.size).toBe(1);
  });

  test('follows no redirect', async () => {
    const elsewhere = await receiver();
    const there = await receiver((_, response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(await poster().post(there.url, {})).toBe(307);
    expect(elsewhere.bodies).toEqual([]);
  });

  test('reads no more of an answer than it may', async () => {
    const there = await receiver((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), () => setImmediate(more));
      };
      more();
    });
    expect(await poster().post(there.url, {})).toBe(200);
  });

  test('gives up at its deadline, before the answer and in the middle of it', async () => {
    const begun = Date.now();
    expect(await failing((await receiver(() => undefined)).url)).toMatch(/: no answer within 400 ms$/);
    const endless = await receiver((_, response) => void response.writeHead(200).write('x'));
    expect(await failing(endless.url)).toMatch(/: no answer within 400 ms$/);
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  test.each([
    ['http://192.0.2.1/', 'must be an https URL'],
    ['https://10.0.0.1/', 'is no public address'],
    ['https://169.254.169.254/latest', 'is no public address'],
    ['https://[::ffff:10.0.0.1]/', 'is no public address'],
    ['http://example.test/', 'must be an https URL'],
    ['ftp://127.0.0.1/', 'must be an https URL'],
  ])('sends nothing to %s', async (uri, reason) => {
    expect(await failing(uri)).toContain(reason);
  });

  test('sends nothing to this machine where the issuer is not here', async () => {
    const there = await receiver();
    expect(await failing(there.url, { loopback: false })).toContain('must be an https URL');
    expect(await failing(`https://localhost:${there.port}/`, { loopback: false })).toContain('is no public address');
    expect(there.bodies).toEqual([]);
  });

  test('an error names the host and nothing of what was sent', async () => {
    const message = await failing('http://127.0.0.1:1/logout?key=k');
    expect(message).toMatch(/^127\.0\.0\.1:1: /);
    expect(message).not.toMatch(/secret|key=k/);
  });
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { exportJWK, generateKeyPair } from 'jose';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchJson } from './fetch-json.js';
import { remoteKeys } from './remote-keys.js';

const keyOf = async (kid: string) => ({ ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid });
const [first, second] = await Promise.all([keyOf('first'), keyOf('second')]);

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A real server on this machine; `asked` counts. */
const published = async (answer: RequestListener) => {
  const counted = { asked: 0, url: '', port: 0 };
  const server = createServer((request, response) => {
    counted.asked += 1;
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  counted.port = (server.address() as AddressInfo).port;
  counted.url = `http://127.0.0.1:${counted.port}/jwks`;
  return counted;
};
const publishing = (keys: () => unknown) => published((_, response) => response.end(JSON.stringify({ keys: keys() })));

const loopback = { loopback: true };
const limits = { deadlineMs: 300, maxBytes: 2_000, loopback: true };
const clock = () => {
  const time = { ms: 0 };
  return { time, now: () => time.ms };
};
const kids = ({ keys }: { keys: readonly { kid?: string | undefined }[] }) => keys.map(({ kid }) => kid);

describe('remote keys', () => {
  test('are fetched once, however many ask, and again when they are old', async () => {
    const server = await publishing(() => [first]);
    const { time, now } = clock();
    const keys = remoteKeys(loopback, {}, now);
    const all = await Promise.all(Array.from({ length: 20 }, () => keys.read(server.url)));
    expect(all.map(kids)).toEqual(all.map(() => ['first']));
    time.ms = 599_999;
    await keys.read(server.url);
    expect(server.asked).toBe(1);
    time.ms = 600_000;
    await keys.read(server.url);
    expect(server.asked).toBe(2);
  });

  test('OpenID Connect Core 1.0 §10.1.1: anew for an unknown kid, at most once a minute', async () => {
    let keysThere = [first];
    const server = await publishing(() => keysThere);
    const { time, now } = clock();
    const keys = remoteKeys(loopback, {}, now);
    await keys.read(server.url);
    keysThere = [first, second];
    expect(kids(await keys.readAnew(server.url))).toEqual(['first']);
    time.ms = 60_000;
    const all = await Promise.all(Array.from({ length: 20 }, () => keys.readAnew(server.url)));
    expect(kids(all[0]!)).toEqual(['first', 'second']);
    expect(kids(await keys.read(server.url))).toEqual(['first', 'second']);
    expect(server.asked).toBe(2);
  });

  test('that cannot be read are not asked for at once again, and what is known holds while it is fresh', async () => {
    let isUp = true;
    const server = await published((_, response) => {
      response.statusCode = isUp ? 200 : 500;
      response.end(JSON.stringify({ keys: [first] }));
    });
    const { time, now } = clock();
    const keys = remoteKeys(loopback, {}, now);
    await keys.read(server.url);
    isUp = false;
    time.ms = 60_000;
    for (let times = 0; times < 3; times += 1) await expect(keys.readAnew(server.url)).rejects.toThrow(Unavailable);
    expect(server.asked).toBe(2);
    expect(kids(await keys.read(server.url))).toEqual(['first']);
    time.ms = 600_000;
    await expect(keys.read(server.url)).rejects.toThrow(Unavailable);
    expect(server.asked).toBe(3);
    isUp = true;
    time.ms += 5_000;
    expect(kids(await keys.read(server.url))).toEqual(['first']);
  });

  test('no more are held than the bound says', async () => {
    const server = await publishing(() => [first]);
    const keys = remoteKeys(loopback, { most: 2 }, clock().now);
    for (const path of ['/a', '/b', '/c', '/b', '/a']) await keys.read(new URL(path, server.url).href);
    expect(server.asked).toBe(4);
  });
});

describe('fetchJson', () => {
  const failing = (uri: string, more: object = {}) => fetchJson(uri, { ...limits, ...more });

  test.each<[string, RequestListener]>([
    ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['an error', (_, response) => response.writeHead(404).end('{}')],
    ['what is no JSON', (_, response) => response.end('<html>')],
    ['more than the bound', (_, response) => response.end(JSON.stringify('x'.repeat(2_000)))],
    ['no answer', () => undefined],
    ['an answer that never ends', (_, response) => response.write('{')],
    ['a broken answer', (_, response) => response.socket?.destroy()],
  ])('%s is refused', async (_, answer) => {
    const server = await published(answer);
    await expect(failing(server.url)).rejects.toThrow(Unavailable);
    expect(server.asked).toBe(1);
  });

  test('only what leads to the Internet by https; to this machine where that is allowed', async () => {
    const server = await publishing(() => []);
    expect(await fetchJson(server.url, limits)).toEqual({ keys: [] });
    expect(await fetchJson(`http://localhost:${server.port}/`, limits)).toEqual({ keys: [] });
    expect(server.asked).toBe(2);
    const hosts = ['127.0.0.1', '127.1', '0x7f000001', '2130706433', 'localhost', '[::1]', '[::ffff:127.0.0.1]'];
    for (const host of hosts)
      for (const scheme of ['http', 'https'])
        await expect(failing(`${scheme}://${host}:${server.port}/`, { loopback: false })).rejects.toThrow(Unavailable);
    expect(server.asked).toBe(2);
  });

  test('a name that nobody has is refused', async () => {
    await expect(failing('https://nobody.invalid/', { deadlineMs: 5_000 })).rejects.toThrow(Unavailable);
  });

  test.each([
    'http://example.com/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
  ])('%s is refused before anybody is asked, also where this machine may be', async (uri) => {
    await expect(failing(uri)).rejects.toThrow(/must be an https URL|is no public address/);
  });
});

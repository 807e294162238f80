import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@portico/testing';
import { listenAnywhere } from './application.js';
import { discretion } from './setup/discretion.js';
import { indiscreetUrlsIn, leaksIn, secretsIn } from './setup/secrets.js';
import { withoutToldOnce } from './setup/told-once.js';
import { listenBetween } from './setup/wire.js';

// What looks for secrets in the logs of a whole run has to find one.
const secret = 's3cret/with+all = "kinds" of & characters';
const form = new URLSearchParams({ '': secret }).toString().slice(1);

describe('every secret is heard', () => {
  it.each([
    ['in a form', `POST /oidc/token HTTP/1.1\r\nhost: a\r\n\r\nclient_id=a&client_secret=${form}&b=c`],
    ['first in a form', `POST /oidc/token HTTP/1.1\r\n\r\ncode_verifier=${form}`],
    ['in a query', `GET /oidc/me?access_token=${encodeURIComponent(secret)} HTTP/1.1\r\n\r\n`],
    ['in the fragment of a redirect', `HTTP/1.1 303\r\nlocation: https://a.test/cb#code=${form}&state=b\r\n\r\n`],
    ['in JSON', `HTTP/1.1 200 OK\r\n\r\n${JSON.stringify({ refresh_token: secret, expires_in: 3600 })}`],
    ['in JSON within JSON', `HTTP/1.1 200 OK\r\n\r\n${JSON.stringify({ a: '{"token":"s3cretX12"}' })}`, 's3cretX12'],
    ['in HTTP Basic', `GET / HTTP/1.1\r\nauthorization: Basic ${btoa(`a:${form}`)}\r\n\r\n`],
    ['as a bearer token', 'GET / HTTP/1.1\r\nAuthorization: Bearer s3cretX12\r\n\r\n', 's3cretX12'],
    ['in a cookie', 'GET / HTTP/1.1\r\nCookie: a=b; c=s3cretX12; d=e\r\n\r\n', 's3cretX12'],
    ['in a cookie that is set', 'HTTP/1.1 200\r\nset-cookie: c=s3cretX12; Path=/; HttpOnly\r\n\r\n', 's3cretX12'],
    ['in the form of a page', '<input type="hidden" name="code" value="s3cretX12"/>', 's3cretX12'],
    ['in the form of a page, turned around', '<input value="s3cretX12" name="code">', 's3cretX12'],
  ])('%s', (_, message, expected = secret) => {
    expect(secretsIn(message).map(({ value }) => value)).toContain(expected);
  });

  it('over a port, where a message comes in pieces and another one follows', async () => {
    const heard: string[] = [];
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end('{"access_token":"s3cretX12"}'));
    });
    const port = await freePort();
    const wire = await listenBetween(port, await listenAnywhere(server), (message) => heard.push(message));
    const client = connect(port, '127.0.0.1');
    for (const end of ['01234567', '76543210']) {
      client.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 23\r\n\r\npassword=word');
      await new Promise((resolve) => setTimeout(resolve, 50));
      client.write(`-${end}-`);
      expect(String(await once(client, 'data'))).toContain('s3cretX12');
    }
    client.end();
    await wire.end();
    server.close();
    expect(heard.flatMap(secretsIn).map(({ value }) => value)).toEqual([
      'word-01234567-',
      's3cretX12',
      'word-76543210-',
      's3cretX12',
    ]);
  });
});

it.each([
  ['as it is', secret],
  ['as in a form', form],
  ['as in a URL', encodeURIComponent(secret)],
  ['as in JSON', JSON.stringify(secret)],
  ['in base64', btoa(secret)],
])('a secret is found in a text %s', (_, written) => {
  const text = `2026 nothing here\n2026 refused ${written} for that\n2026 nothing here\n`;
  const [leak = '', ...others] = leaksIn(text, [{ what: 'password', value: secret }]);
  expect(others).toEqual([]);
  expect(leak).toContain('2026 refused');
  expect(leak).toContain('<password>');
  expect(leak).not.toContain(written);
});

it('many secrets are found, and no other text', () => {
  const secrets = Array.from({ length: 5_000 }, (_, index) => ({ what: 'code', value: `code-${index}-of-many` }));
  const text = `${'{"msg":"request","path":"/oidc/token","code-5000-of-many":1}\n'.repeat(20_000)}code-4999-of-many`;
  expect(leaksIn(text, secrets)).toEqual(['<code>']);
});

it('RFC 9700 §4.3.2: a redirect with a token in its query is found; in its fragment it may be', () => {
  const redirect = (to: string) => indiscreetUrlsIn(`HTTP/1.1 303 See Other\r\nlocation: ${to}\r\n\r\n`);
  expect(redirect('https://a.test/cb?access_token=b')).toHaveLength(1);
  expect(redirect('https://a.test/cb?state=1&refresh_token=b')).toHaveLength(1);
  expect(redirect('https://a.test/cb?code=b#access_token=c')).toEqual([]);
});

describe('a run ends with a fault', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'portico-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(dataDir, file)), { recursive: true });
    await writeFile(join(dataDir, file), text);
  };
  const ofRun = () => {
    const run = discretion({ accounts: [{ username: 'anna', password: 'Tr0ub4dor & 3' }] });
    run.hear('HTTP/1.1 200 OK\r\n\r\n{"access_token":"s3cretX12"}');
    return run;
  };

  it.each([
    ['an access token in a log', 'provider.log', 'token | {"msg":"s3cretX12"}'],
    ['a password of the declaration in a log', 'provider.log', 'Tr0ub4dor%20%26%203'],
    ['a token in an event', 'nats/jetstream/$G/streams/PORTICO_EVENTS/msgs/1.blk', '\0\0{"id":"s3cretX12"}'],
    ['a token in a job', 'redis/appendonlydir/appendonly.aof.1.incr.aof', 'HSET s3cretX12'],
    ['a token in a span', 'spans.jsonl', '{"url.query":"s3cretX12"}'],
    ['a token in what PostgreSQL says', 'postgres/postgres.log', 'ERROR:  bad value "s3cretX12"'],
    ['a token in what NATS says', 'nats/server.log', '[TRC] [PUB oidc.v1.endpoint.token s3cretX12]'],
    ['a token in what Redis says', 'redis/server.log', '# unknown command s3cretX12'],
    ['a password of the declaration in what the command line says', 'portico.log', 'clients[0]: Tr0ub4dor & 3'],
  ])('where there is %s', async (_, file, text) => {
    await write('provider.log', 'token | {"msg":"ready"}\n');
    await ofRun().check(dataDir);
    await write(file, `token | {"msg":"ready"}\n${text}\n`);
    await expect(ofRun().check(dataDir)).rejects.toThrow(`${file}: `);
  });

  it.each([
    ['PORTICO_SECRET', 'secret'],
    ['password of PostgreSQL', 'postgres/password'],
  ])('where the %s is in a log', async (what, file) => {
    await write(file, 'a4b5c6d7e8f9\n');
    await write('provider.log', 'worker | cannot open a4b5c6d7e8f9\n');
    await expect(ofRun().check(dataDir)).rejects.toThrow(`provider.log: worker | cannot open <${what}>`);
  });

  it('where a command tells a secret that it has not just made, and where one does that is there for none', () => {
    const [made, other] = ['s3cretX12', 'Tr0ub4dor & 3'];
    const created = `client_id      web\nclient_secret  ${made}\nKeep the secret.\n`;
    const json = `{"client_id":"web","client_secret":"${made}"}`;
    const secrets = [made, other].map((value) => ({ what: 'secret', value }));
    const leaks = (command: string, text: string) => leaksIn(withoutToldOnce(command.split(' '), text), secrets);
    for (const text of [created, json, `access_key  AK\nsecret      ${made}\n`]) {
      expect(leaks('client create --id web', text)).toEqual([]);
      expect(leaks('client rotate-secret web', text)).toEqual([]);
      expect(leaks('access-key create web', text)).toEqual([]);
      expect(leaks('client list', text)).toHaveLength(1);
      expect(leaks('client create', `${text}${other}`)).toHaveLength(1);
    }
    expect(leaks('client create', `client_id      ${made}`)).toHaveLength(1);
  });

  it('where a redirect of ours has a token in its query', async () => {
    const run = ofRun();
    run.hear('HTTP/1.1 303\r\nlocation: https://a.test/cb?access_token=b\r\n\r\n');
    await expect(run.check(dataDir)).rejects.toThrow('access_token in its query');
  });
});

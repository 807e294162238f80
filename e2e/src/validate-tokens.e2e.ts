import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, spawnProcess, type Spawned } from '@portico/testing';
import * as client from 'openid-client';
import { issuer, topology } from './provider.js';
import { configuration, signIn } from './relying-party.js';
import { eventually } from './resource-server.js';
import { secret } from './setup/declaration.js';

const page = new URL('../../docs/validate-tokens.md', import.meta.url);
const folder = new URL('../../examples/resource-server/dist/', import.meta.url).pathname;

/** The program as the page shows it, with the names of this installation in place of those of the page. */
const program = async (names: Readonly<Record<string, string>>): Promise<string> => {
  const [, shown = ''] = /^## Node\.js$[^]*?^```js\n([^]*?)^```$/m.exec(await readFile(page, 'utf8')) ?? [];
  return Object.entries(names).reduce((code, [name, real]) => {
    expect(code).toContain(name);
    return code.replaceAll(name, real);
  }, shown);
};

describe('docs/validate-tokens.md: the snippet for Node.js, as it stands there', () => {
  let api: Spawned;
  let url: string;
  beforeAll(async () => {
    const port = String(await freePort());
    const names = {
      'https://id.example.com/oidc': issuer,
      'orders-web': 'basic',
      'orders-api': 'second',
      '4000': port,
    };
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}shown-${topology}.mjs`, await program(names));
    const environment = { CLIENT_SECRET: secret };
    api = spawnProcess(process.execPath, [`${folder}shown-${topology}.mjs`], { environment });
    url = await api.waitFor(/^http:/, 30_000);
  }, 60_000);
  afterAll(() => api.stop(5_000));

  const ask = async (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    const challenge = response.headers.get('www-authenticate') ?? '';
    return { status: response.status, challenge, body: (await response.json()) as unknown };
  };
  const tokenOf = async (id: string, scope = 'orders:read') =>
    (await client.clientCredentialsGrant(await configuration(id), { scope })).access_token;

  it('RFC 9068 §4: takes tokens of a client and of a person, and nothing else', async () => {
    const body = { of: 'basic', by: 'basic', scope: ['orders:read'] };
    expect(await ask(await tokenOf('basic'))).toMatchObject({ status: 200, body });
    const { tokens } = await signIn('basic', { scope: 'openid orders:read' });
    expect(await ask(tokens.access_token)).toMatchObject({ status: 200, body: { of: tokens.claims()?.sub } });
    const invalid = { status: 401, challenge: expect.stringContaining('error="invalid_token"') as unknown };
    expect(await ask(tokens.id_token)).toMatchObject(invalid);
    expect(await ask(await tokenOf('second'))).toMatchObject(invalid);
    expect(await ask('no.jwt')).toMatchObject(invalid);
    expect(await ask()).toEqual({ status: 401, challenge: 'Bearer realm="api"', body: {} });
  });

  it('RFC 6750 §3.1: a token without the scope is refused with 403', async () => {
    const { tokens } = await signIn('basic', { scope: 'openid' });
    expect(await ask(tokens.access_token)).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
  });

  it('RFC 7009 §2.1: a token that was revoked is refused after the next question', async () => {
    const token = await tokenOf('basic');
    expect(await ask(token)).toMatchObject({ status: 200 });
    await client.tokenRevocation(await configuration('basic'), token);
    await eventually(async () => (await ask(token)).status === 401, 5_000);
  });
});

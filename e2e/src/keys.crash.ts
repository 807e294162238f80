import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { password } from './setup/declaration.js';
import { start, stopAll } from './setup/topology.js';

const lifetimeSeconds = 5;
const loadMs = 60_000;

const client = (alg: string) => ({
  client_id: `caching-${alg}`,
  token_endpoint_auth_method: 'none',
  grant_types: ['password', 'refresh_token'],
  redirect_uris: [],
  scope: 'openid offline_access orders:read',
  id_token_signed_response_alg: alg,
  access_token_signed_response_alg: alg,
  id_token_lifetime: lifetimeSeconds,
  access_token_lifetime: lifetimeSeconds,
});
const declaration = {
  settings: { key_rotation_seconds: 2, key_announce_seconds: 2 },
  clients: ['ES256', 'RS256'].map(client),
  accounts: [{ username: 'anna', password }],
};

let folder: string;
let issuer: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-keys-'));
  const file = join(folder, 'portico.yaml');
  await writeFile(file, JSON.stringify(declaration));
  ({ issuer } = await start(['tools/services.js'], { PORTICO_CONFIG: file, PORTICO_DEMO: 'false' }));
}, 150_000);
afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const jwksUri = () => new URL(`${issuer}/.well-known/jwks.json`);
const published = async (): Promise<string[]> => {
  const { keys } = (await (await fetch(jwksUri())).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};

const maxAgeOfKeys = async (): Promise<number> => {
  const [, maxAge] = /max-age=(\d+)/.exec((await fetch(jwksUri())).headers.get('cache-control') ?? '') ?? [];
  return Number(maxAge);
};

/** What was declared reaches a process within seconds where it began before. */
const untilDeclared = async (): Promise<void> => {
  for (const giveUpAt = Date.now() + 20_000; (await maxAgeOfKeys()) !== 1;) {
    if (Date.now() > giveUpAt) throw new Error('the declared settings did not come to hold');
    await pause(250);
  }
};

/** It believes what it has cached for as long as it was told, also where a key is not in it. */
const cachingClient = async (): Promise<JWTVerifyGetKey> => {
  await untilDeclared();
  return createRemoteJWKSet(jwksUri(), { cacheMaxAge: (await maxAgeOfKeys()) * 1000, cooldownDuration: Infinity });
};

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
}

const tokens = async (clientId: string, params: Record<string, string>): Promise<Tokens> => {
  const body = new URLSearchParams({ client_id: clientId, ...params });
  const response = await fetch(`${issuer}/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Tokens;
};

/** New tokens, one after the other; each is verified at once, and again shortly before it ends. */
const load = async (alg: string, keys: JWTVerifyGetKey, seen: Set<string>) => {
  const failures: unknown[] = [];
  let late = 0;
  const later: Promise<void>[] = [];
  const verify = (token: string) =>
    jwtVerify(token, keys, { issuer, algorithms: [alg], clockTolerance: 1 }).then(
      () => undefined,
      (error: unknown) => {
        // A busy machine comes to it when it has ended: then nothing is owed any more.
        if (hasEnded(token)) late += 1;
        else failures.push(error);
      },
    );
  const clientId = `caching-${alg}`;
  const scope = 'openid offline_access';
  let now = await tokens(clientId, { grant_type: 'password', username: 'anna', password, scope });
  let count = 0;
  for (const endsAt = Date.now() + loadMs; Date.now() < endsAt; count += 1) {
    now = await tokens(clientId, { grant_type: 'refresh_token', refresh_token: now.refresh_token });
    for (const token of [now.access_token, now.id_token]) {
      seen.add(decodeProtectedHeader(token).kid ?? '');
      await verify(token);
      later.push(pause(lifetimeSeconds * 1000 - 500).then(() => verify(token)));
    }
    await pause(20);
  }
  await Promise.all(later);
  return { count, late, failures };
};

const hasEnded = (token: string): boolean => Date.now() / 1_000 > (decodeJwt(token).exp ?? 0) + 1;

it('OpenID Connect Core 1.0 §10.1.1: keys follow each other under load, and whoever caches the key set verifies every token', async () => {
  const keys = await cachingClient();
  const first = await published();
  const seen = { ES256: new Set<string>(), RS256: new Set<string>() };
  const done = await Promise.all([load('ES256', keys, seen.ES256), load('RS256', keys, seen.RS256)]);
  for (const { count, late, failures } of done) {
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(100);
    // Each round verifies four times: less than one in sixteen.
    expect(late).toBeLessThan(count / 4);
  }
  for (const kids of Object.values(seen)) expect(kids.size).toBeGreaterThan(5);
  const last = await published();
  expect(last.filter((kid) => first.includes(kid))).toEqual([]);
  expect([...seen.ES256, ...seen.RS256].filter((kid) => !last.includes(kid)).length).toBeGreaterThan(4);
}, 120_000);

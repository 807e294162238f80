import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { portico } from './command-line.js';
import { declare } from './discovered.js';
import { httpBrowser } from './http-browser.js';
import { origin, topology } from './provider.js';
import { signIn } from './relying-party.js';
import { password, secret } from './setup/declaration.js';

const person = `audited-${randomUUID()}`;
beforeAll(async () => {
  expect(await declare({ accounts: [{ username: person, password, name: 'Somebody' }] })).toBe('');
}, 60_000);

type Entry = Readonly<Record<string, unknown>>;
const audited = async (...options: string[]): Promise<Entry[]> =>
  (JSON.parse(await portico(['audit', 'list', ...options, '--json'])) as { events: Entry[] }).events;

const hashesOf = (text: string): string[] =>
  (['hex', 'base64url', 'base64'] as const).map((form) => createHash('sha256').update(text).digest(form));

describe('the audit log', () => {
  it('tells of the main job, in its order, of whom, of which client and from where; and bears no secret of it', async () => {
    const browser = httpBrowser();
    const asked = await browser.open(`${origin}/sessions`);
    const wrong = await browser.submit(asked, { identifier: person, password: 'not the password' });
    expect(wrong.status).toBe(422);
    await browser.through(wrong, person);
    const { config, tokens, checks, callback } = await signIn('post', {}, browser);
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    await client.tokenRevocation(config, refreshed.access_token);
    await client.tokenRevocation(config, refreshed.refresh_token!);
    const logout = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token! });
    await browser.open(logout.href);

    const events = (await audited('--subject', tokens.claims()!.sub)).reverse();
    expect(events.map(({ event }) => event)).toEqual([
      'account_created',
      'sign_in_failed',
      'signed_in',
      'consent_granted',
      'code_issued',
      'tokens_issued',
      'tokens_issued',
      'token_revoked',
      'authorization_revoked',
      'session_ended',
    ]);
    const [, failed, signedIn, consented, code, issued, renewed, revoked, all, ended] = events;
    const { sid } = tokens.claims()!;
    for (const event of [signedIn, ended]) expect(event).toMatchObject({ sid });
    for (const event of [consented, code, issued, renewed, revoked, all])
      expect(event).toMatchObject({ client_id: 'post' });
    const { authorization_id: authorization } = code!;
    for (const event of [issued, renewed, revoked, all])
      expect(event).toMatchObject({ authorization_id: authorization, sid });
    expect(failed?.detail).toEqual({ authenticator: 'password' });
    expect(issued?.detail).toMatchObject({ from: 'code', access_token: expect.any(String) });
    expect(renewed?.detail).toMatchObject({ from: 'refresh_token' });
    expect(ended?.detail).toMatchObject({ reason: 'logout' });
    for (const event of events.slice(1))
      expect(event).toMatchObject({ ip: '127.0.0.1', request_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
    const writers =
      topology === 'services' ? ['portico-session', 'portico-authorize', 'portico-token'] : ['portico-standalone'];
    expect(events.map((event) => event.process)).toEqual(expect.arrayContaining(writers));

    const used = [
      ...[password, 'not the password', secret, checks.pkceCodeVerifier!, callback.searchParams.get('code')!],
      ...[tokens, refreshed].flatMap(({ access_token, refresh_token, id_token }) => [
        access_token,
        refresh_token!,
        id_token!,
      ]),
      ...browser.cookies.values(),
    ];
    const text = JSON.stringify(events);
    expect(used.flatMap((one) => [one, ...hashesOf(one)]).filter((one) => text.includes(one))).toEqual([]);
  }, 90_000);

  it('tells of tokens by client, and of what administrators do', async () => {
    const id = `audited-${randomUUID()}`;
    const given = { client_id: id, client_secret: secret, grant_types: ['client_credentials'], scope: 'orders:read' };
    expect(await declare({ clients: [given] })).toBe('');
    const response = await fetch(`${origin}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(15_000),
    });
    expect(response.status).toBe(200);
    await portico(['client', 'revoke', id]);
    const events = await audited('--client', id);
    expect(events.map(({ event, subject }) => ({ event, subject }))).toEqual([
      { event: 'client_revoked' },
      { event: 'tokens_issued' },
      { event: 'client_created' },
    ]);
    expect(events.at(0)).toMatchObject({ process: 'portico-cli' });
    expect(events.at(0)).not.toHaveProperty('ip');
    expect(events.at(1)?.detail).toMatchObject({ scope: ['orders:read'] });
  }, 90_000);
});

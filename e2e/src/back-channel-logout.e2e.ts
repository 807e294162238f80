import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { portico } from './command-line.js';
import { formOf, httpBrowser } from './http-browser.js';
import { logoutReceiver, type LogoutReceiver } from './logout-receiver.js';
import { issuer, provider, topology } from './provider.js';
import { signIn } from './relying-party.js';
import { secret } from './setup/declaration.js';

const [books, films, silent] = ['logout-books', 'logout-films', 'logout-silent'] as const;
const receivers = {} as Record<typeof books | typeof films, LogoutReceiver>;
const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));

const registered = (id: string, more: object) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [`https://${id}.example.test/cb`],
  post_logout_redirect_uris: [`https://${id}.example.test/bye`],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid profile email offline_access',
  ...more,
});

beforeAll(async () => {
  receivers[books] = await logoutReceiver();
  receivers[films] = await logoutReceiver();
  const clients = [
    registered(books, { backchannel_logout_uri: receivers[books].uri, backchannel_logout_session_required: true }),
    registered(films, { backchannel_logout_uri: receivers[films].uri, subject_type: 'pairwise' }),
    registered(silent, {}),
  ];
  const file = join(provider.dataDir, `${randomUUID()}.yaml`);
  await writeFile(file, JSON.stringify({ clients }));
  await portico(['apply', file]);
});
afterAll(() => Object.values(receivers).forEach(({ close }) => close()));

/** One browser at these applications; what each of them has been told. */
const atAll = async (...ids: readonly string[]) => {
  const browser = httpBrowser();
  const idTokens: Record<string, JWTPayload & { readonly text: string }> = {};
  for (const id of ids) {
    const { id_token: text = '' } = (await signIn(id, {}, browser)).tokens;
    idTokens[id] = { ...decodeJwt(text), text };
  }
  return { browser, idTokens, sid: String(idTokens[ids[0]!]!.sid) };
};

/** As a client library checks it. */
const verified = async (token: string, audience: string) => {
  const options = { issuer, audience, typ: 'logout+jwt', maxTokenAge: 130, requiredClaims: ['exp', 'jti', 'sub'] };
  return (await jwtVerify(token, jwks, options)).payload;
};

interface Listed {
  readonly client_id: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_status?: number;
}
/** How each delivery of a session stands, once none is pending. */
const settled = async (sid: string): Promise<Listed[]> => {
  for (const giveUpAt = Date.now() + 15_000; ;) {
    const listed = JSON.parse(await portico(['logout', 'list', '--sid', sid, '--json'])) as Listed[];
    if (listed.every(({ state }) => state !== 'pending')) return listed;
    if (Date.now() > giveUpAt) throw new Error(JSON.stringify(listed));
  }
};

describe(`OpenID Connect Back-Channel Logout 1.0, ${topology}`, () => {
  it('§2.4, §2.5: a logout is told to every application of the session, each in its own words', async () => {
    const { browser, idTokens, sid } = await atAll(books, films, silent);
    const landing = await browser.open(`${issuer}/session/end?id_token_hint=${idTokens[books]!.text}`);
    expect(landing.status).toBe(200);
    for (const id of [books, films] as const) {
      const claims = await verified(await receivers[id].tokenOf(sid), id);
      expect(claims).toMatchObject({ sid, sub: idTokens[id]!.sub, iss: issuer, aud: id });
      expect(claims.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
      expect(claims).not.toHaveProperty('nonce');
      expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(120);
      expect(receivers[id].posted.at(-1)?.type).toBe('application/x-www-form-urlencoded');
    }
    expect(idTokens[films]!.sub).not.toBe(idTokens[books]!.sub);
    expect((await settled(sid)).map(({ client_id, state, last_status }) => [client_id, state, last_status])).toEqual([
      [books, 'delivered', 200],
      [films, 'delivered', 200],
    ]);
  });

  it('§2.8: an application that is busy is told again, under the same jti', async () => {
    const { browser, idTokens, sid } = await atAll(books);
    receivers[books].answers.push(503);
    await browser.open(`${issuer}/session/end?id_token_hint=${idTokens[books]!.text}`);
    expect(await settled(sid)).toMatchObject([{ state: 'delivered', attempts: 2, last_status: 200 }]);
    const tokens = receivers[books].posted.filter(({ token }) => decodeJwt(token).sid === sid);
    expect(new Set(tokens.map(({ token }) => decodeJwt(token).jti)).size).toBe(1);
    expect(tokens).toHaveLength(2);
  });

  it('§2.8: one that refuses is left alone, until somebody asks for it', async () => {
    const { browser, idTokens, sid } = await atAll(books);
    receivers[books].answers.push(400);
    await browser.open(`${issuer}/session/end?id_token_hint=${idTokens[books]!.text}`);
    await receivers[books].tokenOf(sid);
    expect(await settled(sid)).toMatchObject([{ state: 'failed', attempts: 1, last_status: 400 }]);
    expect(await portico(['logout', 'list', '--failed', '--client', books])).toContain('answered 400');
    expect(await portico(['logout', 'retry', '--sid', sid])).toBe('Deliveries that are tried again: 1.\n');
    await new Promise((resolve) => setTimeout(resolve, 31_000));
    expect(await settled(sid)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  }, 90_000);

  it('§2.7: a logout that the person confirms is told too', async () => {
    const { browser, sid } = await atAll(films);
    const page = await browser.open(`${issuer}/session/end`);
    const { action, fields } = formOf(page.html);
    await browser.open(new URL(action, issuer).href, { ...fields, answer: 'logout' });
    expect(await verified(await receivers[films].tokenOf(sid), films)).toMatchObject({ sid });
  });
});

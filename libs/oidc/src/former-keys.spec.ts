import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import { establishKeys, openKeySet, rotateKeys, seal, signJwt, type KeySet } from '@portico/jwt';
import { clientSecretKey, ruleBrowser, rules, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';

const bye = (id = 'web') => `https://${id}.example.test/bye`;
const goesTo = (location: string) => ({ kind: 'redirect', status: 303, location });
const isRefused = { kind: 'page', status: 400, page: { name: 'error', error: 'invalid_request' } };
const isAsked = { kind: 'page', status: 200, page: { name: 'logout' } };

const sealKey = new Uint8Array(32).fill(1);
const policy = { rotationSeconds: 300, announceSeconds: 10, longestTokenSeconds: 60 };

/** The key sets of an installation at its start, and when the first keys are rotated out. */
let first: KeySet;
let later: KeySet;
let laterBySeconds = 0;
beforeAll(async () => {
  const { stores, clock } = await rules({});
  const needs = { keys: stores.keys, sealKey, clock };
  first = openKeySet(await establishKeys(needs), sealKey, clock());
  const { kid } = first.signing('RS256');
  for (later = first; later.verification(kid) && laterBySeconds < 600; laterBySeconds += 10) {
    clock.pass(10);
    await rotateKeys(policy, needs);
    later = openKeySet(await needs.keys.list(), sealKey, clock());
  }
});

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({ web: {}, second: {}, hs: { id_token_signed_response_alg: 'HS256' } });
  all.held.keys = first;
  alice = await signedIn(all, 'web');
});

const kidOf = (token: string): string => decodeProtectedHeader(token).kid!;
const keysAreRotated = (): void => {
  all.clock.pass(laterBySeconds);
  all.held.keys = later;
  expect(later.verification(kidOf(alice.id_token))).toBeUndefined();
};

const logout = (params: Record<string, string>, { browser } = alice) => browser.get('endSession', params);
const confirm = (asked: EndpointReply, { browser } = alice) => {
  if (asked.kind !== 'page' || asked.page.name !== 'logout') throw new Error(`not asked: ${JSON.stringify(asked)}`);
  const { csrf, fields } = asked.page;
  return browser.post('endSession', { ...fields, csrf, answer: 'logout' });
};
const hasSession = async ({ browser } = alice) => {
  const reply = await browser.get('sessions', {});
  return reply.kind === 'page' && reply.page.name === 'sessions';
};

describe('OpenID Connect RP-Initiated Logout 1.0 §2, §4: a hint whose key was rotated out proves nothing', () => {
  it.each([
    ['with client_id', { client_id: 'web' }],
    ['without, by the clients of the session', {}],
  ])('%s: the person is asked, signed out, and brought back', async (_, params) => {
    keysAreRotated();
    const request = { id_token_hint: alice.id_token, post_logout_redirect_uri: bye(), state: 's', ...params };
    const asked = await logout(request);
    expect(asked).toMatchObject({ ...isAsked, page: { fields: { post_logout_redirect_uri: bye() } } });
    expect(await hasSession()).toBe(true);
    expect(await confirm(asked)).toMatchObject(goesTo(`${bye()}?state=s`));
    expect(await hasSession()).toBe(false);
  });

  it('what was asked with a key that is there is answered when it is gone', async () => {
    const bob = await signedIn(all, 'web', { username: 'bob' });
    const asked = await logout({ id_token_hint: bob.id_token });
    keysAreRotated();
    expect(await confirm(asked)).toMatchObject({ page: { name: 'logged-out' } });
  });

  it('where the session is over too, the browser goes on', async () => {
    keysAreRotated();
    all.clock.pass(3600);
    const request = { id_token_hint: alice.id_token, post_logout_redirect_uri: bye() };
    expect(await logout(request)).toMatchObject(goesTo(bye()));
    expect(await logout(request, { ...alice, browser: ruleBrowser(all) })).toMatchObject({
      status: 200,
      page: { name: 'logged-out' },
    });
  });

  it('nothing in it counts: neither its audience nor whom it names', async () => {
    keysAreRotated();
    const hint = { id_token_hint: alice.id_token };
    const nobody = { ...alice, browser: ruleBrowser(all) };
    expect(await logout({ ...hint, post_logout_redirect_uri: bye() }, nobody)).toMatchObject({ status: 200 });
    expect(await logout({ ...hint, post_logout_redirect_uri: bye('second') })).toMatchObject(isRefused);
    expect(await logout({ ...hint, client_id: 'second', post_logout_redirect_uri: bye('second') })).toMatchObject(
      isAsked,
    );
    expect(await logout({ ...hint, logout_hint: 'sub-alice' })).toMatchObject(isAsked);
    expect(await hasSession()).toBe(true);
  });

  it('one that anybody makes, with a key of their own, does no more', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = (more: object, kid?: string) =>
      new SignJWT({ ...decodeJwt(alice.id_token), ...more })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
        .sign(privateKey);
    expect(await logout({ id_token_hint: await forged({}, 'unknown') })).toMatchObject(isAsked);
    for (const hint of [
      await forged({}, kidOf(alice.id_token)),
      await forged({}),
      await forged({ iss: 'https://other.example.test' }, 'unknown'),
    ])
      expect(await logout({ id_token_hint: hint, client_id: 'web' })).toMatchObject(isRefused);
    expect(await hasSession()).toBe(true);
  });

  it.each(['at+jwt', 'logout+jwt'])('what was signed with that key is no ID Token where it is %s', async (typ) => {
    const hint = await signJwt(decodeJwt(alice.id_token), typ, all.held.keys.signing('RS256'));
    keysAreRotated();
    expect(await logout({ id_token_hint: hint })).toMatchObject(isRefused);
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: at the authorization endpoint it stays an error', async () => {
    keysAreRotated();
    const request = { client_id: 'web', redirect_uri: 'https://web.example.test/cb', response_type: 'code' };
    const hinted = { ...request, scope: 'openid', prompt: 'none', id_token_hint: alice.id_token };
    const reply = await alice.browser.get('authorize', hinted);
    expect(reply).toMatchObject({ location: expect.stringContaining('error=invalid_request') });
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §2, §4: a hint that was signed with a secret that is replaced', () => {
  const overlapSeconds = 100;
  let carol: SignedIn;
  const replaceSecret = async (): Promise<void> => {
    all.clock.pass(5);
    const at = all.clock();
    const secret = { sealed: seal('another secret', 'hs', clientSecretKey), createdAt: at };
    expect(await all.stores.registrations.rotateSecret('hs', secret, at + overlapSeconds)).toBe(true);
  };
  const hinted = () => ({ id_token_hint: carol.id_token, post_logout_redirect_uri: bye('hs') });
  beforeEach(async () => {
    carol = await signedIn(all, 'hs');
  });

  it('afterwards the person is asked, signed out, and brought back', async () => {
    await replaceSecret();
    all.clock.pass(overlapSeconds);
    const asked = await logout(hinted(), carol);
    expect(asked).toMatchObject(isAsked);
    expect(await hasSession(carol)).toBe(true);
    expect(await confirm(asked, carol)).toMatchObject(goesTo(bye('hs')));
    expect(await hasSession(carol)).toBe(false);
  });

  it('while both hold it ends the session at once', async () => {
    await replaceSecret();
    all.clock.pass(overlapSeconds - 1);
    expect(await logout(hinted(), carol)).toMatchObject(goesTo(bye('hs')));
    expect(await hasSession(carol)).toBe(false);
  });

  it('what says that it is newer than the secret, and is not signed with it, is refused', async () => {
    await replaceSecret();
    all.clock.pass(overlapSeconds);
    const forged = (more: object) =>
      new SignJWT({ ...decodeJwt(carol.id_token), ...more })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(new Uint8Array(32));
    for (const more of [{ iat: all.clock() }, { iat: undefined }, { aud: 'nobody' }, { aud: 'web' }, { iss: 'x' }])
      expect(await logout({ id_token_hint: await forged(more) }, carol)).toMatchObject(isRefused);
    expect(await logout({ id_token_hint: await forged({}) }, carol)).toMatchObject(isAsked);
    expect(await hasSession(carol)).toBe(true);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import { signJwt } from '@portico/jwt';
import { issuer, paramsOf, ruleBrowser, rules, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

const bye = 'https://web.example.test/bye';
const goesTo = (location: string) => ({ kind: 'redirect', status: 303, location });
const isRefused = { kind: 'page', status: 400, page: { name: 'error', error: 'invalid_request' } };
const isAsked = { kind: 'page', status: 200, page: { name: 'logout' } };

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({ web: {}, second: {}, pair: { subject_type: 'pairwise' } });
  alice = await signedIn(all, 'web');
});

const logout = (params: Record<string, string | undefined>, { browser } = alice) => browser.get('endSession', params);
const isSignedIn = async ({ browser } = alice) => {
  const request = { client_id: 'web', redirect_uri: 'https://web.example.test/cb', response_type: 'code' };
  return 'code' in paramsOf(await browser.get('authorize', { ...request, scope: 'openid', prompt: 'none' }));
};
const answered = async (asked: EndpointReply, answer: 'logout' | 'stay') => {
  if (asked.kind !== 'page' || asked.page.name !== 'logout') throw new Error(`not asked: ${JSON.stringify(asked)}`);
  const { csrf, fields } = asked.page;
  return alice.browser.post('endSession', { ...fields, csrf, answer });
};

describe('OpenID Connect RP-Initiated Logout 1.0 §2: the OP MUST validate that it was the issuer of the ID Token', () => {
  type Forge = () => Promise<string> | string;
  const header = () => decodeProtectedHeader(alice.id_token) as { alg: string; kid: string; typ: string };
  const claims = () => decodeJwt(alice.id_token);
  const key = () => all.keys.signing('RS256');

  it.each<[string, Forge]>([
    [
      'signed by another key under our name',
      async () => new SignJWT(claims()).setProtectedHeader(header()).sign((await generateKeyPair('RS256')).privateKey),
    ],
    ['of another issuer, though signed by us', () => signJwt({ ...claims(), iss: `${issuer}/other` }, 'JWT', key())],
    ['without an issuer', () => signJwt({ ...claims(), iss: undefined }, 'JWT', key())],
    ['not signed', () => new UnsecuredJWT(claims()).encode()],
    ['an access token', () => alice.access_token],
    ['a logout token', () => signJwt(claims(), 'logout+jwt', key())],
    ['altered', () => alice.id_token.replace(/\.[^.]+\./, `.${Buffer.from('{"iss":"x"}').toString('base64url')}.`)],
    [
      'signed with our public key as a secret',
      async () => {
        const { publicKey } = all.keys.verification(header().kid)!;
        const secret = new TextEncoder().encode(String(publicKey.export({ type: 'spki', format: 'pem' })));
        return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secret);
      },
    ],
    ['no JWT', () => 'id_token'],
    ['huge', () => `${'a'.repeat(9000)}.${'b'.repeat(9000)}.c`],
  ])('%s: refused, §4: and nothing of the request is done', async (_, forge) => {
    const hint = await forge();
    expect(await logout({ id_token_hint: hint, client_id: 'web', post_logout_redirect_uri: bye })).toMatchObject(
      isRefused,
    );
    expect(await isSignedIn()).toBe(true);
  });

  it('SHOULD accept one whose exp has passed, of a session that is current', async () => {
    all.clock.pass(3599);
    const { exp = 0 } = decodeJwt(alice.id_token);
    const late = await signJwt({ ...decodeJwt(alice.id_token), exp: exp - 7200 }, 'JWT', all.keys.signing('RS256'));
    expect(await logout({ id_token_hint: late, post_logout_redirect_uri: bye })).toMatchObject(goesTo(bye));
    expect(await isSignedIn()).toBe(false);
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §2: the OP MUST ask the End-User', () => {
  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>]>([
    ['if an id_token_hint was not provided', () => ({ client_id: 'web' })],
    [
      'if it is of another session of the same person',
      async () => ({ id_token_hint: (await signedIn(all, 'web')).id_token }),
    ],
    [
      'if it is of another person',
      async () => ({ id_token_hint: (await signedIn(all, 'web', { username: 'bob' })).id_token }),
    ],
    [
      'if it is of another person at a pairwise client',
      async () => ({ id_token_hint: (await signedIn(all, 'pair', { username: 'bob' })).id_token }),
    ],
  ])('%s; yes MUST log out, no must not', async (_, params) => {
    const request = { ...(await params()), state: 's' };
    expect(await answered(await logout(request), 'stay')).toMatchObject({ page: { name: 'still-signed-in' } });
    expect(await isSignedIn()).toBe(true);
    expect(await answered(await logout(request), 'logout')).toMatchObject({ page: { name: 'logged-out' } });
    expect(await isSignedIn()).toBe(false);
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §2: client_id', () => {
  it('beside the hint, the OP MUST verify that it is the one for which it was issued', async () => {
    const both = { id_token_hint: alice.id_token, client_id: 'second' };
    expect(await logout(both)).toMatchObject(isRefused);
    expect(await isSignedIn()).toBe(true);
    expect(await logout({ ...both, client_id: 'web', post_logout_redirect_uri: bye })).toMatchObject(goesTo(bye));
  });
});

describe('Authing: app_id is another name of client_id', () => {
  it('where the client is named by it, it is the only one', async () => {
    const asked = await logout({ app_id: 'web', post_logout_redirect_uri: bye });
    expect(asked).toMatchObject({ ...isAsked, page: { fields: { client_id: 'web', post_logout_redirect_uri: bye } } });
    expect(await answered(asked, 'logout')).toMatchObject(goesTo(bye));
    expect(await logout({ app_id: 'second', post_logout_redirect_uri: bye })).toMatchObject(isRefused);
  });

  it('without a session too', async () => {
    const nobody = { ...alice, browser: ruleBrowser(all) };
    expect(await logout({ app_id: 'web', post_logout_redirect_uri: bye }, nobody)).toMatchObject(goesTo(bye));
  });

  it.each([
    ['app_id differs from client_id', { app_id: 'second', client_id: 'web' }],
    ['app_id is not registered here', { app_id: 'nobody' }],
  ])('%s: refused, and nothing of the request is done', async (description, params) => {
    expect(await logout(params)).toMatchObject({ ...isRefused, page: { description } });
    expect(await isSignedIn()).toBe(true);
  });

  it('beside the hint it must be the one for which that was issued; with the same client_id it says nothing new', async () => {
    const hint = { id_token_hint: alice.id_token };
    expect(await logout({ ...hint, app_id: 'second' })).toMatchObject({
      ...isRefused,
      page: { description: 'app_id differs from the audience of id_token_hint' },
    });
    const both = { ...hint, app_id: 'web', client_id: 'web', post_logout_redirect_uri: bye };
    expect(await logout(both)).toMatchObject(goesTo(bye));
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §2: logout_hint', () => {
  const { sub, sid } = { sub: () => 'sub-alice', sid: () => String(decodeJwt(alice.id_token).sid) };
  it.each<[string, () => string]>([
    ['the sid', sid],
    ['the sub', sub],
    ['the user name', () => 'Alice'],
    ['the e-mail address', () => 'alice@example.test'],
  ])('names the person of the session by %s: at once', async (_, hint) => {
    expect(
      await logout({ id_token_hint: alice.id_token, logout_hint: hint(), post_logout_redirect_uri: bye }),
    ).toMatchObject(goesTo(bye));
    expect(await isSignedIn()).toBe(false);
  });

  it.each(['bob', 'bob@example.test', 'sub-bob', 'nobody', 'x'.repeat(5000), '<script>'])(
    'names somebody else, %.20s: the request is suspect, and the person is asked; the hint comes back',
    async (hint) => {
      const asked = await logout({ id_token_hint: alice.id_token, logout_hint: hint, post_logout_redirect_uri: bye });
      expect(asked).toMatchObject({
        ...isAsked,
        page: { fields: { logout_hint: hint, post_logout_redirect_uri: bye } },
      });
      expect(await isSignedIn()).toBe(true);
      expect(await answered(asked, 'logout')).toMatchObject(goesTo(bye));
      expect(await isSignedIn()).toBe(false);
    },
  );

  it('proves nothing: without an ID Token the person is asked', async () => {
    for (const hint of [sid(), sub(), 'alice'])
      expect(await logout({ client_id: 'web', logout_hint: hint })).toMatchObject(isAsked);
  });

  it('means a person as the client of the ID Token knows them', async () => {
    const pair = await signedIn(all, 'pair');
    const hint = { id_token_hint: pair.id_token };
    expect(await logout({ ...hint, logout_hint: 'sub-alice' }, pair)).toMatchObject(isAsked);
    expect(await logout({ ...hint, logout_hint: decodeJwt(pair.id_token).sub }, pair)).toMatchObject({
      page: { name: 'logged-out' },
    });
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §2: ui_locales', () => {
  it.each(['zh-CN en', 'fr-CA fr en', 'xx', '!!'])(
    '%s: every page is shown in it, and none is an error',
    async (asked) => {
      const uiLocales = asked;
      const question = await logout({ client_id: 'web', ui_locales: asked });
      expect(question).toMatchObject({ ...isAsked, uiLocales, page: { fields: { ui_locales: asked } } });
      expect(await answered(question, 'stay')).toMatchObject({ page: { name: 'still-signed-in' }, uiLocales });
      expect(await logout({ client_id: 'nobody', ui_locales: asked })).toMatchObject({ status: 400, uiLocales });
      expect(await answered(question, 'logout')).toMatchObject({ page: { name: 'logged-out' }, uiLocales });
    },
  );
});

describe('OpenID Connect RP-Initiated Logout 1.0 §3: the OP MUST NOT perform post-logout redirection', () => {
  it('before the person has said yes, where there is no hint', async () => {
    expect(await logout({ client_id: 'web', post_logout_redirect_uri: bye })).toMatchObject(isAsked);
  });

  it('without other means of confirming the target', async () => {
    const stranger = { ...alice, browser: ruleBrowser(all) };
    expect(await logout({ post_logout_redirect_uri: bye }, stranger)).toMatchObject({
      kind: 'page',
      status: 200,
      page: { name: 'logged-out' },
    });
    alice.browser.cookies['__Host-portico_session'] = 'made up';
    expect(await logout({ post_logout_redirect_uri: bye })).toMatchObject({ page: { name: 'logged-out' } });
  });

  it.each([
    `${bye}/`,
    `${bye}?`,
    `${bye}?a=b`,
    `${bye}#a`,
    bye.toUpperCase(),
    bye.replace('bye', 'Bye'),
    bye.replace('bye', '%62ye'),
    bye.replace('.test', '.test:443'),
    bye.replace('.test', '.test.'),
    bye.replace('https', 'http'),
    bye.replace('//', '//x@'),
    bye.replace('/bye', '/x/../bye'),
    ` ${bye}`,
    `${bye}\n`,
  ])('where the value is not exactly one of those registered: %j', async (uri) => {
    const reply = await logout({ id_token_hint: alice.id_token, post_logout_redirect_uri: uri, state: 's' });
    expect(reply).toMatchObject(isRefused);
    expect(await isSignedIn()).toBe(true);
  });

  it('where none was asked for; a state alone leads nowhere', async () => {
    expect(await logout({ id_token_hint: alice.id_token, state: bye })).toMatchObject({ page: { name: 'logged-out' } });
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §2.1', () => {
  it('end_session_endpoint is in the metadata, and RFC 8414 §2: an https URL', async () => {
    const reply = await alice.browser.get('discovery', {});
    expect(reply).toMatchObject({ body: { end_session_endpoint: `${issuer}/session/end` } });
  });
});

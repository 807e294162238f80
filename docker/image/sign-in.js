/* global AbortSignal */
// A sign-in, as a person and an application do it: authorization code + PKCE, and all that follows, with openid-client.
import * as client from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, BYE_URI, IDENTIFIER, PASSWORD } = process.env;
const deadlineMs = 15_000;
const longestWay = 10;

const did = (what) => console.log(what);
const expect = (isSo, what) => {
  if (!isSo) throw new Error(`not so: ${what}`);
  did(what);
};

const cookies = new Map();
const keep = (response) => {
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
};

/** Opens a page, or posts a form, and follows redirects until they leave the provider. */
const open = async (url, form, way = 0) => {
  if (way > longestWay) throw new Error('the redirects have no end');
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const post = form && { method: 'POST', body: new URLSearchParams(form) };
  const signal = AbortSignal.timeout(deadlineMs);
  const response = await fetch(url, { ...post, headers: { cookie }, redirect: 'manual', signal });
  keep(response);
  const location = response.headers.get('location');
  if (location === null) return { url, html: await response.text() };
  const next = new URL(location, url);
  return next.origin === new URL(ISSUER).origin ? open(next.href, undefined, way + 1) : { url: next.href, html: '' };
};

const attribute = (tag, name) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? '';

/** Sends the first form of a page with what a person fills in. */
const submit = ({ url, html }, answer) => {
  const [form = ''] = /<form[\s\S]*?<\/form>/.exec(html) ?? [];
  const hidden = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => tag);
  const fields = Object.fromEntries(hidden.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]));
  return open(new URL(attribute(form, 'action'), url).href, { ...fields, ...answer });
};

const answers = {
  'sign-in': { identifier: IDENTIFIER, password: PASSWORD },
  consent: { answer: 'allow' },
};
const pageOf = ({ html }) => /data-page="([^"]+)"/.exec(html)?.[1];

const throughPages = async (first) => {
  let landing = first;
  for (let page = pageOf(landing); page; page = pageOf(landing)) {
    if (!answers[page]) throw new Error(`the page ${page} was not expected:\n${landing.html.slice(0, 2_000)}`);
    did(`the page ${page}`);
    landing = await submit(landing, answers[page]);
  }
  return new URL(landing.url);
};

const config = await client.discovery(new URL(ISSUER), CLIENT_ID, {}, client.ClientSecretBasic(CLIENT_SECRET), {
  execute: [client.allowInsecureRequests],
  timeout: deadlineMs / 1_000,
});
did('discovery');

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: 'openid profile offline_access',
  prompt: 'consent',
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: expectedState,
  nonce: expectedNonce,
});
const callback = await throughPages(await open(url.href));
const tokens = await client.authorizationCodeGrant(config, callback, {
  pkceCodeVerifier,
  expectedState,
  expectedNonce,
});
const { sub } = tokens.claims();
did('code and tokens');

const person = await client.fetchUserInfo(config, tokens.access_token, sub);
expect(person.sub === sub, 'user info');
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
expect(refreshed.refresh_token !== tokens.refresh_token, 'a refresh token that was rotated');
const { active } = await client.tokenIntrospection(config, refreshed.access_token);
expect(active, 'introspection: active');
await client.tokenRevocation(config, refreshed.refresh_token);
const { active: still } = await client.tokenIntrospection(config, refreshed.access_token);
expect(!still, 'introspection: revoked');

const bye = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: BYE_URI });
expect((await open(bye.href)).url === BYE_URI, 'logout');

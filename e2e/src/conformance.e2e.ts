import { describe, expect, it } from '@jest/globals';
import {
  advertised,
  answered,
  browserOf,
  claimsOfScope,
  expectError,
  flow,
  has,
  identifier,
  random,
  requestOf,
  responseOf,
  urlOf,
  userinfo,
  variants,
  type Variant,
} from './conformance.js';
import { httpBrowser } from './http-browser.js';

/** A module of the certification plans: it runs in the columns to which it applies. */
interface Module {
  readonly name: string;
  readonly section: string;
  readonly applies?: (variant: Variant) => boolean;
  readonly run: (variant: Variant) => Promise<unknown>;
}
const core = 'OpenID Connect Core 1.0';
const withCode = (variant: Variant) => has(variant, 'code');
const withIdToken = (variant: Variant) => has(variant, 'id_token');
const withAccessToken = (variant: Variant) => variant.responseType !== 'id_token';

const succeeds = (name: string, section: string, more: Record<string, string>): Module => ({
  name,
  section,
  run: (variant) => flow(variant, more),
});

const tells = (name: string, scopes: string): Module => ({
  name,
  section: `${core} §5.4, §5.1`,
  run: async (variant) => {
    const scope = `openid ${scopes}`;
    const { claims } = await flow(variant, { scope });
    const wanted = scopes.split(' ').flatMap((one) => claimsOfScope[one] ?? []);
    expect(Object.keys(claims)).toEqual(expect.arrayContaining(wanted));
    const others = Object.values(claimsOfScope)
      .flat()
      .filter((one) => !wanted.includes(one));
    expect(others.filter((one) => one in claims)).toEqual([]);
    expectStandardTypes(claims);
  },
});

/** OpenID Connect Core 1.0 §5.1: which type each claim has; §5.3.2: none is null or empty. */
const expectStandardTypes = (claims: Readonly<Record<string, unknown>>): void => {
  const types: Record<string, string> = {
    email_verified: 'boolean',
    phone_number_verified: 'boolean',
    address: 'object',
    updated_at: 'number',
  };
  for (const [name, value] of Object.entries(claims)) {
    expect([undefined, null, '']).not.toContain(value);
    if (Object.values(claimsOfScope).flat().includes(name))
      expect([name, typeof value]).toEqual([name, types[name] ?? 'string']);
  }
  const { updated_at: updatedAt = Date.now() / 1_000 } = claims;
  expect(Math.abs(Date.now() / 1_000 - Number(updatedAt))).toBeLessThan(86_400);
};

const asksUserinfo = (name: string, init: (token: string) => RequestInit): Module => ({
  name,
  section: `${core} §5.3.1; RFC 6750 §2`,
  applies: withAccessToken,
  run: async (variant) => {
    const { response, tokens, claims } = await flow(variant);
    const answer = await fetch(advertised.userinfo_endpoint!, init((tokens.access_token ?? response.access_token)!));
    expect(await answer.json()).toEqual(claims);
  },
});

/** The second time nobody is asked, and it is the same sign-in. */
const sameSignIn = (name: string, first: Record<string, string>, second: Record<string, string>): Module => ({
  name,
  section: `${core} §3.1.2.1, §2`,
  run: async (variant) => {
    const before = await flow(variant, first);
    const hint = name.endsWith('id-token-hint') ? { id_token_hint: before.idTokenText } : {};
    const after = await flow(variant, { ...second, ...hint });
    expect([undefined, 'form-post']).toContain(after.first.page);
    expect([after.idToken.sub, after.idToken.auth_time]).toEqual([before.idToken.sub, before.idToken.auth_time]);
  },
});

const acrs = advertised.acr_values_supported as unknown as readonly string[];
// RFC 7636 Appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const essential = (variant: Variant) =>
  JSON.stringify({ [withAccessToken(variant) ? 'userinfo' : 'id_token']: { name: { essential: true } } });

const modules: readonly Module[] = [
  succeeds('oidcc-server', `${core} §3, §3.3.3.6`, {}),
  asksUserinfo('oidcc-userinfo-get', (token) => ({ headers: { authorization: `Bearer ${token}` } })),
  asksUserinfo('oidcc-userinfo-post-header', (token) => ({
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })),
  asksUserinfo('oidcc-userinfo-post-body', (token) => ({
    method: 'POST',
    body: new URLSearchParams({ access_token: token }),
  })),
  {
    name: 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    section: `${core} §3.1.2.1`,
    applies: (variant) => !withIdToken(variant),
    run: (variant) => flow(variant, { nonce: '' }),
  },
  {
    name: 'oidcc-ensure-request-without-nonce-fails',
    section: `${core} §3.2.2.1, §3.3.2.11`,
    applies: withIdToken,
    run: async (variant) => expectError(await answered(variant, { nonce: '' }), 'invalid_request'),
  },
  tells('oidcc-scope-profile', 'profile'),
  tells('oidcc-scope-email', 'email'),
  tells('oidcc-scope-address', 'address'),
  tells('oidcc-scope-phone', 'phone'),
  tells('oidcc-scope-all', 'profile email address phone'),
  {
    name: 'oidcc-alternate-happy-flow',
    section: 'RFC 6749 §3.3',
    run: async (variant) => {
      const { claims } = await flow(variant, { scope: 'email openid' });
      expect(claims).toMatchObject({ email: 'claire@example.test' });
    },
  },
  succeeds('oidcc-display-page', `${core} §3.1.2.1`, { display: 'page' }),
  succeeds('oidcc-display-popup', `${core} §3.1.2.1`, { display: 'popup' }),
  succeeds('oidcc-ensure-request-with-unknown-parameter-succeeds', 'RFC 6749 §3.1', { extra: 'foobar' }),
  succeeds('oidcc-ui-locales', `${core} §3.1.2.1`, { ui_locales: 'se' }),
  succeeds('oidcc-claims-locales', `${core} §5.2`, { claims_locales: 'se' }),
  sameSignIn('oidcc-prompt-none-logged-in', {}, { prompt: 'none' }),
  sameSignIn('oidcc-id-token-hint', {}, { prompt: 'none' }),
  sameSignIn('oidcc-max-age-10000', { max_age: '15000' }, { max_age: '10000' }),
  {
    name: 'oidcc-prompt-none-not-logged-in',
    section: `${core} §3.1.2.6`,
    run: async (variant) =>
      expectError(
        await answered(variant, { prompt: 'none', state: random(128) }, httpBrowser()),
        'login_required',
        'interaction_required',
      ),
  },
  {
    name: 'oidcc-login-hint',
    section: `${core} §3.1.2.1`,
    run: async (variant) => {
      const browser = httpBrowser();
      const { first } = await flow(variant, { login_hint: 'buffy@127.0.0.1' }, { browser });
      expect(first).toMatchObject({ page: 'sign-in', html: expect.stringContaining('value="buffy@127.0.0.1"') });
    },
  },
  {
    name: 'oidcc-ensure-request-with-acr-values-succeeds',
    section: `${core} §3.1.2.1 (acr_values)`,
    run: async (variant) => {
      const { idToken } = await flow(variant, { acr_values: acrs.join(' ') });
      expect(acrs).toContain(idToken.acr);
    },
  },
  {
    name: 'oidcc-claims-essential',
    section: `${core} §5.5, §5.5.1`,
    run: async (variant) => {
      const { claims } = await flow(variant, { claims: essential(variant) });
      expect(claims).toMatchObject({ name: 'Claire Marie <Clair> Example' });
    },
  },
  {
    name: 'oidcc-response-type-missing',
    section: 'RFC 6749 §3.1.1',
    run: async (variant) => {
      // Nobody can know another place than the query.
      const errors = ['invalid_request', 'unsupported_response_type'];
      const params = requestOf(variant, { response_type: '' });
      const landing = await httpBrowser().open(urlOf(params));
      const response = responseOf(landing, { ...variant, responseType: 'code' }, params.redirect_uri!);
      expectError({ params, response }, ...errors);
    },
  },
  {
    name: 'oidcc-ensure-registered-redirect-uri',
    section: `${core} §3.1.2.1`,
    run: async (variant) => {
      const params = requestOf(variant, { redirect_uri: `https://suite.example.test/cb/${random()}` });
      expect(await browserOf(variant).open(urlOf(params))).toMatchObject({ status: 400, page: 'error' });
    },
  },
  {
    name: 'oidcc-ensure-request-with-valid-pkce-succeeds',
    section: 'RFC 7636 §4.3, §4.5',
    applies: withCode,
    run: (variant) => flow(variant, { code_challenge: challenge, code_challenge_method: 'S256' }, { verifier }),
  },
  {
    name: 'oidcc-ensure-post-request-succeeds',
    section: `${core} §3.1.2.1`,
    run: async (variant) => {
      const browser = httpBrowser();
      const params = requestOf(variant);
      const first = await browser.open(advertised.authorization_endpoint!, params);
      const landing = await browser.through(first, identifier);
      expect(responseOf(landing, variant, params.redirect_uri!)).toMatchObject({ state: params.state });
    },
  },
];

describe.each(variants)('response_type=$responseType, response_mode=$mode', (variant) => {
  it.each(modules.filter(({ applies = () => true }) => applies(variant)))('$name: $section', async ({ run }) => {
    await run(variant);
  });

  it('RFC 6750 §3: an access token that is none gets 401 and a challenge', async () => {
    const { status, headers } = await userinfo(random(43));
    expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer .*invalid_token/)]);
  });
});

const untilOlder = async (authTime: unknown, seconds: number): Promise<void> => {
  const leftMs = (Number(authTime) + seconds) * 1_000 + 1_000 - Date.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
};

// Last, and one module after the other: meanwhile every sign-in has grown old enough.
describe.each([
  { name: 'oidcc-prompt-login', more: { prompt: 'login' } },
  { name: 'oidcc-max-age-1', more: { max_age: '1' } },
])(`$name: ${core} §3.1.2.1, §3.1.2.3`, ({ more }) => {
  it.each(variants)('response_type=$responseType, response_mode=$mode', async (variant) => {
    const before = await flow(variant);
    await untilOlder(before.idToken.auth_time, 1);
    const after = await flow(variant, more);
    expect(after.first.page).toBe('sign-in');
    expect(after.idToken.sub).toBe(before.idToken.sub);
    expect(Number(after.idToken.auth_time)).toBeGreaterThan(Number(before.idToken.auth_time));
    expect(Date.now() / 1_000 - Number(after.idToken.auth_time)).toBeLessThan(10);
  });
});

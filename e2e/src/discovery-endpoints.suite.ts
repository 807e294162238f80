import { expect, it } from '@jest/globals';
import { endpoints, presets, type EndpointName } from '@portico/contracts';
import { decodeJwt } from 'jose';
import { idOf, person, postLogoutRedirectUri, redirectUri, values, type Derivations, type Face } from './discovered.js';
import { answerIn, basic, callsOf, flowOf } from './discovered-flow.js';

const authenticated = basic('discovery');
const unauthenticated = (face: Face, endpoint: string) =>
  it(`RFC 6749 §5.2: nobody uses ${endpoint} without authentication`, async () => {
    const response = await callsOf(face).post(endpoint, { token: 'x', grant_type: 'client_credentials' });
    expect([response.status, await response.json()]).toEqual([
      401,
      expect.objectContaining({ error: 'invalid_client' }),
    ]);
  });

/** What is loaded at the end of a session, and how that is named in its ID Token. */
const endOf = async (face: Face) => {
  const { urlOf, signedIn, browser } = flowOf(face, { client: idOf('framed'), person: person.username });
  const own = browser();
  const { id_token: hint = '' } = await signedIn({}, own);
  const { html } = await own.open(`${urlOf('end_session_endpoint')}?id_token_hint=${hint}`);
  const sources = [...html.matchAll(/<iframe src="([^"]+)"/g)].map(([, src]) => src!.replaceAll('&amp;', '&'));
  return { frames: sources.map((src) => new URL(src)), sid: decodeJwt(hint).sid };
};

/** Every URL is asked for what its endpoint does. */
export const endpointDerivations: Derivations = {
  issuer: (face) => {
    it('RFC 8414 §3.3: is the one that was asked', () => expect(face.metadata.issuer).toBe(face.issuer));
  },

  authorization_endpoint: (face) => {
    const { call, urlOf, request } = flowOf(face);
    it('RFC 6749 §3.1: asks who the person is, by GET and by POST', async () => {
      const query = `?${new URLSearchParams(request).toString()}`;
      const first = [
        await call('authorization_endpoint', {}, query),
        await call('authorization_endpoint', { method: 'POST', body: new URLSearchParams(request) }),
      ];
      for (const { status, headers } of first) {
        const page = await fetch(new URL(headers.get('location')!, urlOf('authorization_endpoint')), {
          headers: {
            cookie: headers
              .getSetCookie()
              .map((line) => line.split(';')[0])
              .join('; '),
          },
        });
        expect([status, await page.text()]).toEqual([303, expect.stringContaining('data-page="sign-in"')]);
      }
    });
  },

  token_endpoint: (face) => {
    const { call, asked } = callsOf(face);
    it('RFC 6749 §3.2: gives tokens, by POST alone', async () => {
      expect(await asked('token_endpoint', { grant_type: 'client_credentials' }, authenticated)).toMatchObject({
        access_token: expect.any(String),
        token_type: 'Bearer',
      });
      expect((await call('token_endpoint')).status).toBe(405);
    });
    unauthenticated(face, 'token_endpoint');
  },

  device_authorization_endpoint: (face) => {
    const { asked, home } = flowOf(face);
    it('RFC 8628 §4: gives codes, and URIs at which they are answered', async () => {
      const codes = await asked('device_authorization_endpoint', { scope: face.scope }, authenticated);
      expect(codes).toMatchObject({ device_code: expect.any(String), user_code: expect.any(String) });
      expect(await home.open(codes.verification_uri!)).toMatchObject({ status: 200, page: 'device-code' });
      const complete = await home.open(codes.verification_uri_complete!);
      expect(complete).toMatchObject({ status: 200, html: expect.stringContaining(codes.user_code!) });
    });
    unauthenticated(face, 'device_authorization_endpoint');
  },

  userinfo_endpoint: (face) => {
    const { call, signedIn, told } = flowOf(face);
    it('OpenID Connect Core 1.0 §5.3: tells who the token stands for, and nobody without one', async () => {
      expect(await told(await signedIn({}))).toMatchObject({ sub: expect.any(String) });
      const { status, headers } = await call('userinfo_endpoint');
      expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer/)]);
    });
  },

  jwks_uri: (face) => {
    it('RFC 7517 §5: has the public keys, each with a name', async () => {
      const { keys } = (await (await callsOf(face).call('jwks_uri')).json()) as { keys: Record<string, string>[] };
      const secrets = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
      expect(keys.flatMap((key) => Object.keys(key)).filter((member) => secrets.includes(member))).toEqual([]);
      expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
      const signing = values(face, 'userinfo_signing_alg_values_supported').filter((alg) => !alg.startsWith('HS'));
      expect([...new Set(keys.map(({ alg }) => alg))].sort()).toEqual(signing.sort());
      for (const key of keys)
        expect(key).toMatchObject({ kid: expect.any(String), use: 'sig', alg: expect.any(String) });
    });
  },

  introspection_endpoint: (face) => {
    const { asked, signedIn } = flowOf(face);
    it('RFC 7662 §2: tells of a token', async () => {
      const { access_token: token = '' } = await signedIn({});
      expect(await asked('introspection_endpoint', { token }, authenticated)).toMatchObject({
        active: true,
        iss: face.issuer,
        client_id: 'discovery',
      });
    });
    unauthenticated(face, 'introspection_endpoint');
  },

  revocation_endpoint: (face) => {
    const { asked, post, signedIn } = flowOf(face);
    it('RFC 7009 §2: ends a token', async () => {
      const { access_token: token = '' } = await signedIn({});
      expect((await post('revocation_endpoint', { token }, authenticated)).status).toBe(200);
      expect(await asked('introspection_endpoint', { token }, authenticated)).toEqual({ active: false });
    });
    unauthenticated(face, 'revocation_endpoint');
  },

  end_session_endpoint: (face) => {
    const { urlOf, signedIn, opened, browser } = flowOf(face);
    it('OpenID Connect RP-Initiated Logout 1.0 §2: ends the session', async () => {
      const own = browser();
      const { id_token: hint = '' } = await signedIn({}, own);
      expect(answerIn(await opened({ prompt: 'none' }, own))).toHaveProperty('code');
      const query = new URLSearchParams({
        id_token_hint: hint,
        post_logout_redirect_uri: postLogoutRedirectUri,
        state: 'bye',
      });
      const { url } = await own.open(`${urlOf('end_session_endpoint')}?${query.toString()}`);
      expect(url).toBe(`${postLogoutRedirectUri}?state=bye`);
      expect(answerIn(await opened({ prompt: 'none' }, own))).toMatchObject({ error: 'login_required' });
    });
  },

  check_session_iframe: (face) => {
    const { urlOf, landing, browser } = flowOf(face);
    it('OpenID Connect Session Management 1.0 §2, §3.2: tells whether something has changed', async () => {
      const answer = answerIn(await landing({}, browser()));
      expect(answer.session_state).toMatch(/^[!-~]+$/);
      const frame = await fetch(urlOf('check_session_iframe'));
      expect(frame.headers.get('x-frame-options')).toBeNull();
      expect(frame.headers.get('content-security-policy')).toContain('frame-ancestors *');
      expect(await frame.text()).toContain("addEventListener('message'");
    });
    it('OpenID Connect Session Management 1.0 §3.2: to origins that are expected alone', async () => {
      const verdict = async (origin: string) => {
        const body = new URLSearchParams({ client_id: 'discovery', origin });
        return (await fetch(urlOf('check_session_iframe'), { method: 'POST', body })).status;
      };
      expect([await verdict(new URL(redirectUri).origin), await verdict('https://evil.test')]).toEqual([204, 403]);
    });
  },

  frontchannel_logout_supported: (face) => {
    it('OpenID Connect Front-Channel Logout 1.0 §3: a client of the session is told in a frame', async () => {
      const { frames } = await endOf(face);
      expect(frames.map(({ origin, pathname }) => origin + pathname)).toEqual([new URL('/out', redirectUri).href]);
    });
  },

  frontchannel_logout_session_supported: (face) => {
    it('OpenID Connect Front-Channel Logout 1.0 §3: with iss, and the sid of the ID Token', async () => {
      const { frames, sid } = await endOf(face);
      expect(frames.map(({ searchParams }) => Object.fromEntries(searchParams))).toEqual([{ iss: face.issuer, sid }]);
    });
  },
};

type Members = Partial<Record<EndpointName, string>>;

/** The members that the standards have for the endpoints there are. */
const members: Readonly<Record<Face['name'], Members>> = {
  'OpenID Connect': {
    authorize: 'authorization_endpoint',
    token: 'token_endpoint',
    deviceAuthorization: 'device_authorization_endpoint',
    userinfo: 'userinfo_endpoint',
    jwks: 'jwks_uri',
    introspection: 'introspection_endpoint',
    revocation: 'revocation_endpoint',
    endSession: 'end_session_endpoint',
    checkSession: 'check_session_iframe',
  },
  'plain OAuth 2.0': {
    oauthAuthorize: 'authorization_endpoint',
    oauthToken: 'token_endpoint',
    oauthUserinfo: 'userinfo_endpoint',
    jwks: 'jwks_uri',
    oauthIntrospection: 'introspection_endpoint',
    oauthRevocation: 'revocation_endpoint',
  },
};

// Where the browser comes back, the metadata itself, the feed of revocations, and what only the published SDKs call.
const withoutMember = ['resume', 'discovery', 'revocations', 'oauthDiscovery', 'oauthValidateAccessToken'];

const isOf: Readonly<Record<Face['name'], (name: EndpointName) => boolean>> = {
  'OpenID Connect': (name) => presets.authing[name].some((path) => path.startsWith('{issuer}/')),
  'plain OAuth 2.0': (name) => name.startsWith('oauth'),
};

/** The endpoints of the table of contracts are advertised, where a standard has a member for them, and nothing else is. */
export const endpointsAreComplete = (face: Face, preset: keyof typeof presets): void => {
  const own = members[face.name];
  const names = (Object.keys(endpoints) as EndpointName[]).filter(isOf[face.name]);

  it('RFC 8414 §2: every endpoint of this issuer is advertised', () => {
    expect(names.filter((name) => !withoutMember.includes(name) && own[name] === undefined)).toEqual([]);
  });

  it('RFC 8414 §2: with the first of its paths; no other URL is', () => {
    const { origin, pathname } = new URL(face.issuer);
    const expected = Object.entries(own).map(([name, member]) => {
      const [first] = presets[preset][name as EndpointName];
      return [member, origin + first.replace('{issuer}', face.name === 'OpenID Connect' ? pathname : '/oidc')];
    });
    const urls = Object.entries(face.metadata).filter(([name]) => /_(endpoint|uri|iframe)$/.test(name));
    expect(Object.fromEntries(urls)).toEqual(Object.fromEntries(expected));
  });
};

import { expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { refusalsOf, values, type Face } from './discovered.js';
import { basic, flowOf } from './discovered-flow.js';

type Flow = ReturnType<typeof flowOf>;
type Shows = (flow: Flow, face: Face) => Promise<void>;

const authenticated = basic('discovery');

/** There is nothing at the usual places. */
const nothingAt =
  (...paths: string[]): Shows =>
  async (_, { issuer }) => {
    for (const path of paths)
      for (const method of ['GET', 'POST']) {
        const { status } = await fetch(issuer + path, { method, signal: AbortSignal.timeout(15_000) });
        expect([path, method, status]).toEqual([path, method, 404]);
      }
  };

const unwanted: Readonly<Record<string, unknown>>[] = [];
let complaints: Promise<string[][]> | undefined;

/** A client that wants it is not registered. */
const notRegistered = (setting: string, value: unknown): Shows => {
  const at = unwanted.push({ [setting]: value }) - 1;
  return async () => {
    complaints ??= refusalsOf(unwanted);
    const line = `clients[${at}].${setting}: is not implemented yet`;
    expect((await complaints)[at]).toContain(line);
  };
};

/** An ordinary request needs nothing of it. */
const notNeeded: Shows = async ({ signedIn }) => {
  expect(await signedIn({})).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer' });
};

/** What was sent of it has no effect on the token. */
const withoutEffect =
  (headers: Readonly<Record<string, string>>, body: Readonly<Record<string, string>> = {}): Shows =>
  async ({ asked }) => {
    const tokens = await asked(
      'token_endpoint',
      { grant_type: 'client_credentials', ...body },
      { ...authenticated, ...headers },
    );
    expect(tokens).toMatchObject({ token_type: 'Bearer' });
    expect(tokens).not.toHaveProperty('authorization_details');
    const { access_token: token = '' } = tokens;
    expect(await asked('introspection_endpoint', { token }, authenticated)).not.toHaveProperty('cnf');
  };

const plainIntrospection: Shows = async ({ post, signedIn }) => {
  const { access_token: token = '' } = await signedIn({});
  const accept = 'application/token-introspection+jwt';
  const response = await post('introspection_endpoint', { token }, { ...authenticated, accept });
  expect([response.headers.get('content-type'), await response.json()]).toEqual([
    expect.stringMatching(/^application\/json/),
    expect.objectContaining({ active: true }),
  ]);
};

const noJarm: Shows = async ({ answerTo }) => {
  expect(await answerTo({ response_mode: 'jwt' })).toMatchObject({ error: 'invalid_request' });
};

const noClaimsParameter: Shows = async ({ signedIn, told }) => {
  const claims = JSON.stringify({ userinfo: { roles: { essential: true } } });
  expect(await told(await signedIn({ claims }))).not.toHaveProperty('roles');
};

const claimsWithoutLocale: Shows = async ({ signedIn, told, request }) => {
  const scope = request.scope === 'openid' ? 'openid profile' : request.scope;
  const names = Object.keys(await told(await signedIn({ scope, claims_locales: 'zh-CN en' })));
  expect(names).toContain('name');
  expect(names.filter((name) => name.includes('#'))).toEqual([]);
};

const noIdToken: Shows = async ({ signedIn }) => expect(await signedIn({})).not.toHaveProperty('id_token');

const noSessionState: Shows = async ({ answerTo }) => {
  expect(await answerTo({})).not.toHaveProperty('session_state');
};

const noDevice: Shows = async ({ asked }) => {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  expect(await asked('token_endpoint', { grant_type, device_code: 'x' }, authenticated)).toMatchObject({
    error: 'unsupported_grant_type',
  });
};

const normalClaims: Shows = async ({ signedIn, told }) => {
  const names = Object.keys(await told(await signedIn({})));
  expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
};

const noNativeSso: Shows = async ({ signedIn, request }) => {
  const tokens = await signedIn({ scope: `${request.scope} device_sso` });
  expect(tokens).not.toHaveProperty('device_secret');
  if (tokens.id_token !== undefined) expect(decodeJwt(tokens.id_token)).not.toHaveProperty('ds_hash');
};

const unsignedMetadata: Shows = async (_, { issuer }) => {
  const response = await fetch(`${issuer}/.well-known/openid-federation`, { signal: AbortSignal.timeout(15_000) });
  expect(response.status).toBe(404);
};

const uri = 'https://discovery.example.test/x';

/**
 * The members of the IANA registry "OAuth Authorization Server Metadata" that a face may leave out, with what that says:
 * most often that it is not there, for some a default.
 */
const meanings: Readonly<Record<string, readonly [says: string, shown: Shows]>> = {
  registration_endpoint: ['RFC 7591 §3: nobody registers a client by a request', nothingAt('/reg', '/register')],
  pushed_authorization_request_endpoint: ['RFC 9126 §5: no request is pushed', nothingAt('/request', '/par')],
  backchannel_authentication_endpoint: [
    'CIBA §4: nobody is asked elsewhere',
    nothingAt('/backchannel', '/bc-authorize'),
  ],
  check_session_iframe: ['Session Management 1.0 §2: there is no session state to compare', noSessionState],
  federation_registration_endpoint: ['OpenID Federation 1.0 §5.1.3: no federation', unsignedMetadata],
  signed_metadata: ['RFC 8414 §2.1: nobody vouches for it', unsignedMetadata],

  require_pushed_authorization_requests: ['RFC 9126 §5: is false by default', notNeeded],
  require_signed_request_object: ['RFC 9101 §10.5: is false by default', notNeeded],
  require_request_uri_registration: [
    'OpenID Connect Discovery 1.0 §3: is false by default; there is none that could be registered',
    notRegistered('request_uris', [uri]),
  ],
  request_object_encryption_alg_values_supported: [
    'OpenID Connect Discovery 1.0 §3: no request object is encrypted',
    notRegistered('request_object_encryption_alg', 'RSA-OAEP-256'),
  ],
  request_object_encryption_enc_values_supported: [
    'OpenID Connect Discovery 1.0 §3: no request object is encrypted',
    notRegistered('request_object_encryption_enc', 'A128GCM'),
  ],

  frontchannel_logout_supported: ['Front-Channel Logout 1.0 §3: is of OpenID Connect alone', noIdToken],
  frontchannel_logout_session_supported: ['Front-Channel Logout 1.0 §3: there is no ID Token with a sid', noIdToken],
  backchannel_logout_supported: ['Back-Channel Logout 1.0 §2.1: there is no ID Token that is logged out', noIdToken],
  backchannel_logout_session_supported: [
    'Back-Channel Logout 1.0 §2.1: there is no ID Token that names a session',
    noIdToken,
  ],

  tls_client_certificate_bound_access_tokens: ['RFC 8705 §3.3: is false by default', withoutEffect({})],
  dpop_signing_alg_values_supported: ['RFC 9449 §5.1: no token is bound to a proof', withoutEffect({ dpop: 'a.b.c' })],
  authorization_details_types_supported: [
    'RFC 9396 §10: there are no types',
    withoutEffect({}, { authorization_details: '[{"type":"magic"}]' }),
  ],
  introspection_signing_alg_values_supported: ['RFC 9701 §7: introspection answers in JSON', plainIntrospection],
  authorization_signing_alg_values_supported: ['JARM §4: responses are not signed', noJarm],

  claims_locales_supported: ['OpenID Connect Core 1.0 §5.2: claims are in no language', claimsWithoutLocale],
  claims_parameter_supported: ['OpenID Connect Discovery 1.0 §3: is false by default', noClaimsParameter],
  claim_types_supported: ['OpenID Connect Discovery 1.0 §3: claims are normal by default', normalClaims],
  native_sso_supported: ['Native SSO 1.0 §4: there are no device secrets', noNativeSso],

  id_token_signing_alg_values_supported: ['RFC 6749 §5.1: there is no ID Token', noIdToken],
  id_token_encryption_alg_values_supported: ['RFC 6749 §5.1: there is no ID Token', noIdToken],
  id_token_encryption_enc_values_supported: ['RFC 6749 §5.1: there is no ID Token', noIdToken],
  acr_values_supported: ['RFC 6749 §5.1: there is no ID Token that could tell it', noIdToken],
  end_session_endpoint: ['RP-Initiated Logout 1.0 §2: there is no ID Token that could ask for it', noIdToken],
  device_authorization_endpoint: ['RFC 8628 §4: devices have no grant', noDevice],
};

/** Every member that a face leaves out is shown to be rightly left out. */
export const leftOut = (face: Face): void => {
  const absent = Object.entries(meanings).filter(([member]) => !(member in face.metadata));
  it.each(absent.map(([member, [says, shown]]) => [member, says, shown] as const))('%s: %s', async (_, __, shown) => {
    await shown(flowOf(face), face);
  });

  it('RFC 8414 §3.2: no member is empty', () => {
    const lists = Object.entries(face.metadata).filter(([, value]) => Array.isArray(value));
    for (const [member] of lists) {
      expect([member, values(face, member)]).not.toEqual([member, []]);
      expect([member, new Set(values(face, member)).size]).toEqual([member, values(face, member).length]);
    }
  });
};

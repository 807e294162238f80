import { expect, it } from '@jest/globals';
import { authenticationsAt, idOf, others, person, values, type Derivations, type Face } from './discovered.js';
import { basic, flowOf, proof, type Texts } from './discovered-flow.js';
import { jwtOf } from './discovered-keys.js';
import * as known from './discovered-values.js';
import { password, secret } from './setup/declaration.js';

type Flow = ReturnType<typeof flowOf>;

const authenticated = basic('discovery');
const asked = ({ asked }: Flow, grant: string, more: Texts = {}) =>
  asked('token_endpoint', { grant_type: grant, ...more }, authenticated);
const isToken = { access_token: expect.any(String), token_type: 'Bearer' };

interface Exchange {
  readonly of: (flow: Flow, grant: string) => Promise<Texts>;
  readonly answer: object;
}

const refreshToken = async ({ signedIn, request }: Flow): Promise<string> => {
  const scope = request.scope === 'openid' ? 'openid offline_access' : request.scope;
  const { refresh_token: token } = await signedIn({ scope, prompt: 'consent' });
  return token ?? 'none was given';
};
const deviceCode = async (flow: Flow): Promise<string> => {
  const codes = await flow.asked('device_authorization_endpoint', { scope: flow.request.scope }, authenticated);
  return codes.device_code ?? 'none was given';
};

/** One exchange of every grant that ends as it must. */
const exchanges: Readonly<Record<string, Exchange>> = {
  authorization_code: { of: ({ signedIn }) => signedIn({}), answer: isToken },
  implicit: {
    of: ({ answerTo }) => answerTo({ response_type: 'id_token' }),
    answer: { id_token: expect.any(String) },
  },
  refresh_token: {
    of: async (flow, grant) => asked(flow, grant, { refresh_token: await refreshToken(flow) }),
    answer: isToken,
  },
  client_credentials: { of: (flow, grant) => asked(flow, grant), answer: isToken },
  password: {
    of: (flow, grant) => asked(flow, grant, { username: person.username, password, scope: flow.request.scope }),
    answer: isToken,
  },
  'urn:ietf:params:oauth:grant-type:device_code': {
    of: async (flow, grant) => asked(flow, grant, { device_code: await deviceCode(flow) }),
    answer: { error: 'authorization_pending' },
  },
  'http://authing.cn/oidc/grant_type/authing_token': {
    of: async (flow, grant) => asked(flow, grant, { token: (await flow.signedIn({})).id_token ?? 'none was given' }),
    answer: isToken,
  },
};

/** What an endpoint answers to an application that it knows. */
const answers: Readonly<Record<string, { readonly body: Texts; readonly reply: readonly [number, object] }>> = {
  token_endpoint: {
    body: { grant_type: 'refresh_token', refresh_token: 'unknown' },
    reply: [400, { error: 'invalid_grant' }],
  },
  introspection_endpoint: { body: { token: 'unknown' }, reply: [200, { active: false }] },
  revocation_endpoint: { body: { token: 'unknown' }, reply: [200, {}] },
};

const refused = [401, expect.objectContaining({ error: 'invalid_client' })];
const assertionType = 'urn:ietf:params:oauth:client-assertion-type';

interface Proof {
  readonly body: Texts;
  readonly headers?: Texts;
}

/** What an application sends that authenticates by what is not there. */
const strange: Readonly<Record<string, Proof>> = {
  // RFC 8705 §2.1, §2.2: the certificate is all there is beside the client_id.
  tls_client_auth: { body: { client_id: 'discovery' } },
  self_signed_tls_client_auth: { body: { client_id: 'discovery' } },
  attest_jwt_client_auth: {
    body: { client_id: 'discovery' },
    headers: { 'oauth-client-attestation': 'a.b.c', 'oauth-client-attestation-pop': 'a.b.c' },
  },
  // RFC 7522 §2.2
  'saml2-bearer': {
    body: { client_assertion_type: `${assertionType}:saml2-bearer`, client_assertion: 'PHNhbWw6QXNzZXJ0aW9u' },
  },
  magic: { body: { client_id: 'discovery' }, headers: { authorization: `Magic ${secret}` } },
};

const replyAt =
  ({ post }: Flow, endpoint: string) =>
  async (given: Proof) => {
    const response = await post(endpoint, { ...answers[endpoint]!.body, ...given.body }, given.headers);
    return [response.status, (await response.json()) as object];
  };

const methodsAt =
  (endpoint: string) =>
  (face: Face): void => {
    const replyTo = replyAt(flowOf(face), endpoint);
    const { reply } = answers[endpoint]!;
    const member = `${endpoint}_auth_methods_supported`;
    const one = (method: string) => authenticationsAt(face, endpoint).find(([name]) => name === method)!;

    it.each(values(face, member))('OpenID Connect Core 1.0 §9: %s is enough', async (method) => {
      const by = one(method);
      expect(await replyTo(await proof(face, idOf(...by), by))).toEqual([reply[0], expect.objectContaining(reply[1])]);
    });
    it.each(values(face, member))(
      'RFC 6749 §2.3: %s is not, where the client is registered for another',
      async (method) => {
        const another = values(face, member).find((name) => name !== method && name !== 'none')!;
        expect(await replyTo(await proof(face, idOf(...one(another)), one(method)))).toEqual(refused);
      },
    );
    it.each(others(face, member, known.authMethods))('RFC 6749 §5.2: %s is refused', async (method) => {
      expect(await replyTo(strange[method]!)).toEqual(refused);
    });
  };

const algorithmsAt =
  (endpoint: string) =>
  (face: Face): void => {
    const replyTo = replyAt(flowOf(face), endpoint);
    const { reply } = answers[endpoint]!;
    const member = `${endpoint}_auth_signing_alg_values_supported`;
    const signed = authenticationsAt(face, endpoint).filter(([, alg]) => alg !== 'none');

    it('RFC 8414 §2: each of them belongs to a method', () =>
      expect(signed.map(([, alg]) => alg).sort()).toEqual([...values(face, member)].sort()));
    it.each(signed)('OpenID Connect Core 1.0 §9: %s by %s is enough', async (...by) => {
      expect(await replyTo(await proof(face, idOf(...by), by))).toEqual([reply[0], expect.objectContaining(reply[1])]);
    });
    it.each(others(face, member, known.signingAlgorithms))('RFC 7523 §3.2: %s is refused', async (alg) => {
      const id = idOf('any', alg.startsWith('HS') ? 'secret' : 'key');
      const assertion = await jwtOf(alg, { iss: id, sub: id, aud: face.issuer });
      const body = { client_assertion: assertion, client_assertion_type: `${assertionType}:jwt-bearer` };
      expect(await replyTo({ body })).toEqual(refused);
    });
  };

const authenticatedEndpoints = Object.keys(answers);

/** How applications come by tokens, and show who they are. */
export const clientDerivations: Derivations = {
  grant_types_supported: (face) => {
    const flow = flowOf(face);
    it.each(values(face, 'grant_types_supported'))('RFC 6749 §4: %s is redeemed', async (grant) => {
      const { of, answer } = exchanges[grant]!;
      expect(await of(flow, grant)).toMatchObject(answer);
    });
    it.each(others(face, 'grant_types_supported', known.grantTypes))('RFC 6749 §5.2: %s is refused', async (grant) => {
      expect(await asked(flow, grant, { code: 'x', username: 'x', password: 'x', assertion: 'x' })).toMatchObject({
        error: 'unsupported_grant_type',
      });
    });
  },
  ...Object.fromEntries(authenticatedEndpoints.map((name) => [`${name}_auth_methods_supported`, methodsAt(name)])),
  ...Object.fromEntries(
    authenticatedEndpoints.map((name) => [`${name}_auth_signing_alg_values_supported`, algorithmsAt(name)]),
  ),
};

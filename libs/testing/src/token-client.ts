import type { EndpointReply } from '@portico/endpoint';
import { signingAlgorithm } from '@portico/jwt';
import { basic, post, type GivenParams } from './request.js';
import { bodyOf, paramsOf, ruleBrowser, secret, type Rules } from './rules.js';

/** The example of RFC 7636, Appendix B. */
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
/** Its challenge. */
export const challenge = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

/** Clients of every kind that the token endpoint tells apart. */
export const tokenClients = {
  web: {},
  post: { token_endpoint_auth_method: 'client_secret_post' },
  spa: { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] },
  second: {},
  'code-only': { grant_types: ['authorization_code'] },
  opaque: { access_token_format: 'opaque' },
  profile: { id_token_profile_claims: true },
  short: {
    access_token_lifetime: 60,
    id_token_lifetime: 61,
    refresh_token_lifetime: 62,
    authorization_code_lifetime: 63,
  },
  ...Object.fromEntries(
    signingAlgorithm.options.map((alg) => [
      alg.toLowerCase(),
      { id_token_signed_response_alg: alg, access_token_signed_response_alg: alg },
    ]),
  ),
};

const redirectUri = (id: string) => `https://${id}.example.test/cb`;

/** What clients do at the token endpoint, each authenticated as it is registered. */
export const tokenClient = (all: () => Rules) => {
  const codeFor = async (id: string, more: GivenParams = {}): Promise<string> => {
    const browser = ruleBrowser(all());
    const request = {
      client_id: id,
      redirect_uri: redirectUri(id),
      response_type: 'code',
      scope: 'openid profile offline_access',
      prompt: 'consent',
      nonce: 'n-1',
      ...more,
    };
    return paramsOf(await browser.answer(await browser.get('authorize', request))).code ?? '';
  };
  const as = (id: string, params: GivenParams): Promise<EndpointReply> =>
    id === 'spa'
      ? all().endpoints.token(post({ client_id: id, ...params }))
      : all().endpoints.token(post(params, { headers: basic(id, secret) }));
  const redeem = (id: string, code: string, more: GivenParams = {}) =>
    as(id, { grant_type: 'authorization_code', code, redirect_uri: redirectUri(id), ...more });
  const refresh = (id: string, token: unknown, more: GivenParams = {}) =>
    as(id, { grant_type: 'refresh_token', refresh_token: String(token), ...more });
  const tokensFor = async (id: string, more: GivenParams = {}) => bodyOf(await redeem(id, await codeFor(id, more)));
  const isActive = async (token: unknown) => {
    const form = post({ token: String(token) }, { headers: basic('second', secret) });
    return bodyOf(await all().endpoints.introspection(form)).active;
  };
  return { codeFor, as, redeem, refresh, tokensFor, isActive };
};

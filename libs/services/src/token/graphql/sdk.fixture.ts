import { beforeEach, expect } from '@jest/globals';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import { bodyOf, get, post, rules, secret, type Rules } from '@portico/testing';
import { constants, publicEncrypt } from 'node:crypto';
import { graphqlEndpoint } from './graphql.js';

const own = { grant_types: ['password', 'refresh_token'], response_types: [], redirect_uris: [] };
const withCode = { grant_types: ['authorization_code', 'password', 'refresh_token'] };
const publicClient = { token_endpoint_auth_method: 'none' };
const clients = {
  app: { ...own, ...publicClient, access_token_lifetime: 600, refresh_token_lifetime: 3600 },
  other: { ...own, ...publicClient },
  secretive: own,
  'no-renewal': { ...own, ...publicClient, grant_types: ['password'] },
  'no-password': publicClient,
  machine: {},
  narrow: { ...own, ...publicClient, scope: 'openid' },
  pair: { ...own, ...publicClient, subject_type: 'pairwise', redirect_uris: ['https://pair.example.test/cb'] },
  web: { ...withCode, scope: 'openid profile email offline_access user' },
  spa: { ...withCode, ...publicClient, access_token_lifetime: 7200 },
};

/** What the SDK throws. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly data: Record<string, string>;
}

export const data = (reply: EndpointReply) => bodyOf(reply).data as Record<string, Record<string, unknown>>;
export const refusal = (reply: EndpointReply): Refusal => {
  expect(bodyOf(reply).data).toBeNull();
  return (bodyOf(reply).errors as { message: Refusal }[])[0]!.message;
};

/** The headers of the SDK of an application, before and after `setToken`. */
export const from = (app: string, token?: unknown): Partial<EndpointRequest> => ({
  headers: { 'x-authing-app-id': app, ...(typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}) },
});

const personFields =
  'id userPoolId arn username email emailVerified name photo token tokenExpiredAt customData { key }';
/** A document of the SDK's, with fewer fields. */
export const operationOf = (name: string): string => `mutation ${name}($input: L${name.slice(1)}Input!) {
  ${name}(input: $input) { ${personFields} } }`;

/** The questions of the SDK, asked of rules that are made anew for each test. */
export const sdk = () => {
  let all: Rules;
  let publicKey: string;
  beforeEach(async () => {
    all = await rules(clients);
    const { data } = bodyOf(await all.endpoints.passwordKey(get()));
    ({ publicKey } = data as { publicKey: string });
  });
  const send = (body: unknown, more: Partial<EndpointRequest> = {}): Promise<EndpointReply> =>
    graphqlEndpoint(all)(post({}, { body: typeof body === 'string' ? body : JSON.stringify(body), ...more }));
  const ask = (query: string, variables: object, more: Partial<EndpointRequest>) => send({ query, variables }, more);
  const encrypted = (password: string): string =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64');
  const loginBy = (name: string, identifier: object, more = from('app'), password = secret) =>
    ask(operationOf(name), { input: { ...identifier, password: encrypted(password) } }, more);
  return {
    all: () => all,
    send,
    encrypted,
    loginBy,
    login: async (app = 'app') =>
      data(await loginBy('loginByUsername', { username: 'alice' }, from(app))).loginByUsername!,
    status: async (token?: unknown, more = from('app')) =>
      data(
        await ask(
          `query checkLoginStatus($token: String) {
            checkLoginStatus(token: $token) { code message status exp iat data { id userPoolId arn } } }`,
          { token },
          more,
        ),
      ).checkLoginStatus!,
    user: (token?: unknown, id?: string) =>
      ask('query user($id: String) { user(id: $id) { id username email phone token } }', { id }, from('app', token)),
    renew: (token: unknown, app = 'app', id?: string) =>
      ask('mutation refreshToken($id: String) { refreshToken(id: $id) { token iat exp } }', { id }, from(app, token)),
  };
};

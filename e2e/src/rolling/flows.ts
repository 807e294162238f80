import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { basic } from '@portico/testing';
import { createLocalJWKSet, decodeJwt, importJWK, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';
import { formOf } from '../http-browser.js';
import { password, secret } from '../setup/declaration.js';
import { privateJwk } from '../setup/signing-key.js';
import type { Answer, Client } from './client.js';
import { redirectUri } from './declared.js';

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
}

const bodyOf = ({ text }: Answer): unknown => JSON.parse(text);
const asApp = basic('app', secret);
const asMachine = basic('machine', secret);

/** A browser: its cookies, and where it is sent. */
const browse = (client: Client) => {
  const cookies = new Map<string, string>();
  return async (kind: string, path: string, form?: Record<string, string>): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const status = kind === 'page' ? 200 : 303;
    const answer = await client.ask({ kind, path, status, headers: { cookie }, ...(form ? { form } : {}) });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
};
type Browse = ReturnType<typeof browse>;

const locationOf = ({ headers }: Answer): string => headers.get('location') ?? '';
const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+/, '');

const authorizationPath = (verifier: string): string => {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = { client_id: 'app', response_type: 'code', redirect_uri: redirectUri, state: 's', nonce: 'n' };
  const proof = { code_challenge: challenge, code_challenge_method: 'S256' };
  return `/oidc/auth?${String(new URLSearchParams({ ...query, ...proof, scope: 'openid profile email offline_access' }))}`;
};

/** Where the browser lands with the code; the first time a person signs in on the way. */
const landing = async (open: Browse, path: string): Promise<string> => {
  const first = locationOf(await open('authorization', path));
  if (first.startsWith(redirectUri)) return first;
  const { text } = await open('page', pathOf(first));
  const { action, fields } = formOf(text);
  const signedIn = locationOf(await open('sign-in', pathOf(action), { ...fields, identifier: 'anna', password }));
  return locationOf(await open('resume', pathOf(signedIn)));
};

const codeFor = async (open: Browse, verifier: string): Promise<string> =>
  new URL(await landing(open, authorizationPath(verifier))).searchParams.get('code') ?? '';

const tokenFor = async (client: Client, kind: string, form: Record<string, string>): Promise<Tokens> =>
  bodyOf(await client.ask({ kind, path: '/oidc/token', status: 200, headers: asApp, form })) as Tokens;

const isActive = async (client: Client, token: string): Promise<unknown> => {
  const question = { kind: 'introspection', path: '/oidc/token/introspection', status: 200, headers: asMachine };
  return (bodyOf(await client.ask({ ...question, form: { token } })) as { active: unknown }).active;
};

const verify = async (client: Client, token: string): Promise<void> => {
  const discovery = await client.ask({
    kind: 'discovery',
    path: '/oidc/.well-known/openid-configuration',
    status: 200,
  });
  const { jwks_uri: uri } = bodyOf(discovery) as { jwks_uri: string };
  const jwks = bodyOf(await client.ask({ kind: 'keys', path: pathOf(uri), status: 200 })) as JSONWebKeySet;
  await jwtVerify(token, createLocalJWKSet(jwks), { audience: 'app' });
};

const person = async (client: Client, token: string): Promise<void> => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await client.ask({ kind: 'user info', path: '/oidc/me', status: 200, headers });
  client.expect((bodyOf(answer) as { name: string }).name === 'Anna Example', 'user info: another person');
};

/** What an application does with a person, from the code to the revocation; answers the authorization that it has ended. */
const visit = async (client: Client, open: Browse): Promise<string> => {
  const verifier = randomBytes(32).toString('base64url');
  const code = await codeFor(open, verifier);
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  let tokens = await tokenFor(client, 'code', exchange);
  await verify(client, tokens.id_token);
  for (let round = 0; round < 3; round += 1) {
    await person(client, tokens.access_token);
    client.expect((await isActive(client, tokens.access_token)) === true, 'introspection: a token is lost');
    const renewal = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    tokens = await tokenFor(client, 'refresh', renewal);
  }
  const form = { token: tokens.refresh_token };
  await client.ask({ kind: 'revocation', path: '/oidc/token/revocation', status: 200, headers: asApp, form });
  client.expect((await isActive(client, tokens.access_token)) === false, 'introspection: active after its revocation');
  return authorizationOf(tokens.access_token);
};

const authorizationOf = (token: string): string => String(decodeJwt(token).jti).split('.')[0] ?? '';

/** A person's browser, signed in anew after every third visit. */
export const people = (client: Client, ended: Set<string>) => {
  let open = browse(client);
  let visits = 0;
  return async (): Promise<void> => {
    if (visits % 3 === 0) open = browse(client);
    visits += 1;
    ended.add(await visit(client, open));
  };
};

const assertionFor = async (issuer: string): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'applications' })
    .setIssuer('signing')
    .setSubject('signing')
    .setAudience(`${issuer}/token`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(privateJwk, 'ES256'));

/** Machines: one with a secret, one with an assertion that may be used once. */
export const machines = (client: Client, issuer: string) => async (): Promise<void> => {
  const form = { grant_type: 'client_credentials', scope: 'orders:read' };
  const signed = {
    ...form,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertionFor(issuer),
  };
  const question = { kind: 'client credentials', path: '/oidc/token', status: 200 };
  for (const asked of [
    { ...question, headers: asMachine, form },
    { ...question, form: signed },
  ]) {
    const { access_token: token } = bodyOf(await client.ask(asked)) as Tokens;
    client.expect((await isActive(client, token)) === true, 'introspection: a token of a machine is lost');
  }
};

// What is measured. Each makes ready what it needs on a connection, and answers one operation, to be done again and again.
import { createHash, randomBytes } from 'node:crypto';
import { openBrowser } from './browser.js';
import { get, post } from './connection.js';
import { credentialsOf, personAt, redirectUri } from './declaration.js';

const expectStatus = (answer, status) => {
  if (answer.status !== status) throw new Error(`expected ${status}: ${answer.status} ${answer.body.slice(0, 300)}`);
  return answer;
};

const askTokens = async ({ origin, paths, connection }, alg, form) => {
  const { authorization } = credentialsOf(alg);
  const answer = await connection.ask(post(origin, paths.token, form, { authorization }));
  return JSON.parse(expectStatus(answer, 200).body);
};

const random = () => randomBytes(32).toString('base64url');
const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

const authorizationUrl = ({ paths }, { alg, scope, verifier }) => {
  const query = {
    client_id: credentialsOf(alg).clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: random(),
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  };
  return `${paths.authorize}?${String(new URLSearchParams(query))}`;
};

/** Opens the authorization endpoint, and signs in where that is asked; answers the tokens for the code. */
const codeFlow = async (at, { alg, scope = 'openid profile', browser }) => {
  const verifier = random();
  let landing = await browser.open(authorizationUrl(at, { alg, scope, verifier }));
  if (!landing.outside) landing = await browser.submit(landing, personAt(at.index));
  const code = landing.outside?.searchParams.get('code');
  if (!code) throw new Error(`no code: ${landing.status} ${landing.body.slice(0, 300)}`);
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return askTokens(at, alg, form);
};

const clientCredentials = (alg) => (at) => {
  const { authorization } = credentialsOf(alg);
  const form = { grant_type: 'client_credentials', scope: 'orders:read' };
  const asked = post(at.origin, at.paths.token, form, { authorization });
  return async () => void expectStatus(await at.connection.ask(asked), 200);
};

const personsToken = async (at) => {
  const browser = openBrowser(at.origin, at.connection);
  return (await codeFlow(at, { alg: 'RS256', browser })).access_token;
};

const introspection = async (at) => {
  const { authorization } = credentialsOf('RS256');
  const asked = post(at.origin, at.paths.introspection, { token: await personsToken(at) }, { authorization });
  return async () => {
    if (!expectStatus(await at.connection.ask(asked), 200).body.includes('"active":true')) throw new Error('inactive');
  };
};

const userInfo = async (at) => {
  const asked = get(at.origin, at.paths.userinfo, { authorization: `Bearer ${await personsToken(at)}` });
  return async () => void expectStatus(await at.connection.ask(asked), 200);
};

const refresh = async (at) => {
  const browser = openBrowser(at.origin, at.connection);
  let tokens = await codeFlow(at, { alg: 'RS256', scope: 'openid email offline_access', browser });
  return async () => {
    tokens = await askTokens(at, 'RS256', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  };
};

const signedIn = (alg) => async (at) => {
  const browser = openBrowser(at.origin, at.connection);
  await codeFlow(at, { alg, browser });
  return async () => void (await codeFlow(at, { alg, browser }));
};

const passwordSignIn = (at) => async () =>
  void (await codeFlow(at, { alg: 'ES256', browser: openBrowser(at.origin, at.connection) }));

const read = (what) => (at) => {
  const asked = get(at.origin, at.paths[what]);
  return async () => void expectStatus(await at.connection.ask(asked), 200);
};

/** By name; `about` says what one operation is. */
export const workloads = {
  'client-credentials-rs256': { about: 'client credentials, RS256', ready: clientCredentials('RS256') },
  'client-credentials-es256': { about: 'client credentials, ES256', ready: clientCredentials('ES256') },
  introspection: { about: 'introspection', ready: introspection },
  userinfo: { about: 'user info', ready: userInfo },
  refresh: { about: 'refresh with rotation, RS256', ready: refresh },
  'code-rs256': { about: 'code + PKCE, signed in, RS256 (2 requests)', ready: signedIn('RS256') },
  'code-es256': { about: 'code + PKCE, signed in, ES256 (2 requests)', ready: signedIn('ES256') },
  'password-sign-in': { about: 'password sign-in with code + PKCE, ES256 (6 requests)', ready: passwordSignIn },
  discovery: { about: 'discovery', ready: read('discovery') },
  jwks: { about: 'keys', ready: read('jwks') },
};

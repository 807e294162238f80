/* global btoa, atob, crypto, document, history, location, sessionStorage, TextDecoder, TextEncoder */

// A relying party in plain JavaScript: authorization code with PKCE (RFC 7636, RFC 9700 §2.1.1), nothing hidden in a library.
// It trusts the id_token because it came straight from the token endpoint (OpenID Connect Core 1.0 §3.1.3.7, rule 6).

const redirectUri = `${location.origin}/demo/callback`;
const element = (id) => document.getElementById(id);

// ---- The protocol ----

const wordsOf = (error, description) => [error, description].filter(Boolean).join(': ');

const get = async (url, init) => {
  const response = await fetch(url, init);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(wordsOf(body.error ?? `${url} answers ${response.status}`, body.error_description));
  return body;
};

const discover = ({ issuer }) => get(`${issuer}/.well-known/openid-configuration`);

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const startSignIn = async (config, metadata) => {
  const attempt = { state: random(), nonce: random(), verifier: random() };
  sessionStorage.setItem('attempt', JSON.stringify(attempt));
  const request = new URLSearchParams({
    client_id: config.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: config.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await challengeOf(attempt.verifier),
    code_challenge_method: 'S256',
    prompt: 'consent', // offline_access asks for it: OpenID Connect Core 1.0 §11
  });
  location.assign(`${metadata.authorization_endpoint}?${request}`);
};

const askForTokens = (config, metadata, params) =>
  get(metadata.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: config.client_id, ...params }),
  });

const finishSignIn = async (config, metadata, response) => {
  const attempt = JSON.parse(sessionStorage.getItem('attempt') ?? '{}');
  sessionStorage.removeItem('attempt');
  if (!attempt.state || response.get('state') !== attempt.state) throw new Error('The state is not the one we sent.');
  if (response.get('iss') !== metadata.issuer) throw new Error('The answer comes from another issuer.'); // RFC 9207 §2.4
  if (response.has('error')) throw new Error(wordsOf(response.get('error'), response.get('error_description')));
  const tokens = await askForTokens(config, metadata, {
    grant_type: 'authorization_code',
    code: response.get('code'),
    redirect_uri: redirectUri,
    code_verifier: attempt.verifier,
  });
  checkIdToken(tokens.id_token, { ...attempt, config });
  return tokens;
};

// OpenID Connect Core 1.0 §3.1.3.7
const checkIdToken = (idToken, { nonce, config }) => {
  const { payload } = decode(idToken);
  if (payload.iss !== config.issuer) throw new Error('The id_token comes from another issuer.');
  if (![payload.aud].flat().includes(config.client_id)) throw new Error('The id_token is for another client.');
  if (payload.nonce !== nonce) throw new Error('The nonce is not the one we sent.');
  if (payload.exp * 1000 < Date.now()) throw new Error('The id_token has expired.');
};

const decode = (jwt) => {
  const [header, payload] = jwt.split('.', 2).map((part) => {
    const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
  });
  return { header, payload };
};

const userinfo = (metadata, { access_token: token }) =>
  get(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });

const signOut = (config, metadata, { id_token: idToken }) => {
  sessionStorage.removeItem('tokens');
  const request = new URLSearchParams({
    id_token_hint: idToken,
    client_id: config.client_id,
    post_logout_redirect_uri: `${location.origin}/`,
  });
  location.assign(`${metadata.end_session_endpoint}?${request}`);
};

// ---- The page ----

const keep = (tokens) => {
  // A refresh may leave out what has not changed (RFC 6749 §6, OpenID Connect Core 1.0 §12.2).
  const all = { ...kept(), ...tokens };
  sessionStorage.setItem('tokens', JSON.stringify(all));
  return all;
};

const kept = () => JSON.parse(sessionStorage.getItem('tokens') ?? 'null');

const text = (id, value) => (element(id).textContent = value);
const show = (id, value) => text(id, JSON.stringify(value, null, 2));
const short = (value) => (typeof value === 'string' && value.length > 40 ? `${value.slice(0, 24)}…` : value);

const showFault = (error) => {
  text('fault', error.message);
  element('fault').hidden = false;
};

const onClick = (id, action) =>
  element(id).addEventListener('click', () => {
    element('fault').hidden = true;
    action().catch(showFault);
  });

const readable = (jwt) => {
  try {
    return decode(jwt);
  } catch {
    return 'opaque: only the issuer can read it';
  }
};

const showTokens = (tokens) => {
  show('id-token', readable(tokens.id_token));
  show('access-token', readable(tokens.access_token));
  show('response', Object.fromEntries(Object.entries(tokens).map(([name, value]) => [name, short(value)])));
  element('refresh').hidden = !tokens.refresh_token;
};

const showUserinfo = async (metadata, tokens) => {
  const claims = await userinfo(metadata, tokens);
  show('userinfo-claims', claims);
  text('name', claims.name ?? claims.sub);
};

const showSignedIn = async (config, metadata) => {
  element('signed-in').hidden = false;
  onClick('refresh', async () => {
    const params = { grant_type: 'refresh_token', refresh_token: kept().refresh_token };
    const tokens = keep(await askForTokens(config, metadata, params));
    showTokens(tokens);
    await showUserinfo(metadata, tokens);
    text('news', `New tokens at ${new Date().toLocaleTimeString()}`);
  });
  onClick('userinfo', async () => {
    await showUserinfo(metadata, kept());
    text('news', `User info of ${new Date().toLocaleTimeString()}`);
  });
  onClick('sign-out', async () => signOut(config, metadata, kept()));
  showTokens(kept());
  text('name', decode(kept().id_token).payload.sub);
  await showUserinfo(metadata, kept());
};

const showSignedOut = (config, metadata) => {
  element('signed-out').hidden = false;
  onClick('sign-in', () => startSignIn(config, metadata));
};

const start = async () => {
  const config = await get('/demo/config.json');
  text('username', config.account.username);
  text('password', config.account.password);
  text('client-id', config.client_id);
  text('issuer', config.issuer);
  if (!crypto.subtle) throw new Error('The browser offers no cryptography here: use https, localhost or 127.0.0.1.');
  const metadata = await discover(config);
  await resume(config, metadata).catch(showFault);
  if (kept()) return showSignedIn(config, metadata);
  return showSignedOut(config, metadata);
};

const resume = async (config, metadata) => {
  if (location.pathname !== '/demo/callback') return;
  const response = new URLSearchParams(location.search);
  // The code must not stay in the address bar, nor be sent again by a reload.
  history.replaceState(null, '', '/');
  keep(await finishSignIn(config, metadata, response));
};

start().catch(showFault);

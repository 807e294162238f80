import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { compactDecrypt, compactVerify, createLocalJWKSet, decodeJwt, type JSONWebKeySet } from 'jose';
import {
  advertised,
  authentications,
  clientOf,
  encryptions,
  idOf,
  jwtOf,
  keyFor,
  others,
  refusalsOf,
  register,
  values,
} from './discovered.js';
import {
  answerTo,
  asked,
  basic,
  challenge,
  fresh,
  landing,
  post,
  proof,
  redeemed,
  request,
  signedIn,
  userinfo,
  verifier,
  type Texts,
} from './discovered-flow.js';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { secret } from './setup/declaration.js';

const algorithms = values('id_token_signing_alg_values_supported');

beforeAll(async () => {
  const keyed = await Promise.all([
    ...encryptions.map(clientOf.encrypting),
    ...authentications.map(clientOf.authenticating),
    ...values('request_object_signing_alg_values_supported').map(clientOf.requesting),
  ]);
  const keyless = [
    ...algorithms.map(clientOf.signing),
    ...values('subject_types_supported').map(clientOf.beingSubject),
  ];
  expect(await register([clientOf.everything(), ...keyless, ...keyed])).toBe('');
});

describe('OpenID Connect Discovery 1.0 §4, RFC 8414 §3: where the metadata is', () => {
  it('is the same in both places, for this issuer', async () => {
    const { origin, pathname } = new URL(issuer);
    const second = await fetch(`${origin}/.well-known/oauth-authorization-server${pathname}`);
    expect(await second.json()).toEqual(advertised);
    expect(advertised.issuer).toBe(issuer);
  });

  const endpoints = Object.keys(advertised).filter((name) => /_endpoint$|_uri$/.test(name));
  it.each(endpoints)('RFC 8414 §2: %s answers', async (name) => {
    const answers = await Promise.all(
      ['GET', 'POST'].map((method) =>
        fetch(advertised[name] as string, { method, redirect: 'manual', signal: AbortSignal.timeout(15_000) }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).not.toContain(404);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(statuses.filter((status) => status !== 405)).not.toEqual([]);
  });

  it('nothing else does', async () => {
    expect((await fetch(`${issuer}/reg`)).status).toBe(404);
    expect((await fetch(`${issuer}/request`)).status).toBe(404);
  });
});

describe('RFC 6749 §3.1.1: response_types_supported', () => {
  const words = ['code', 'id_token', 'token', 'none'];
  const sets = words.reduce<string[][]>((all, word) => [...all, ...all.map((set) => [...set, word])], [[]]);
  const sorted = (type: string) => type.split(' ').sort().join(' ');
  const known = sets.map((set) => sorted(set.join(' '))).filter((type) => type !== '');

  it.each(values('response_types_supported'))('%s is answered with its parts', async (type) => {
    const answer = await answerTo({ response_type: type });
    const parts = ['code', 'id_token', 'access_token'].filter((name) => name in answer);
    const wanted = type.split(' ').map((word) => (word === 'token' ? 'access_token' : word));
    expect(parts.sort()).toEqual(wanted.filter((word) => word !== 'none').sort());
    expect(answer).toMatchObject({ state: request.state });
  });

  const advertisedSets = values('response_types_supported').map(sorted);
  it.each(known.filter((type) => !advertisedSets.includes(type)))('%s is refused', async (type) => {
    expect(await answerTo({ response_type: type })).toMatchObject({ error: 'unsupported_response_type' });
  });
});

describe('OAuth 2.0 Multiple Response Type Encoding Practices §2.1: response_modes_supported', () => {
  it.each(values('response_modes_supported'))('%s brings the code', async (mode) => {
    const { url, html, page } = await landing({ response_mode: mode });
    const places = { query: /\?code=|&code=/, fragment: /#(.*&)?code=/, page: /code.+[\w-]{43}/ };
    const place = page === undefined ? (mode as keyof typeof places) : 'page';
    expect(page === undefined ? url : html).toMatch(places[place]);
    if (page !== undefined) expect(page.replace('-', '_')).toBe(mode);
  });

  const known = ['query', 'fragment', 'form_post', 'web_message', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'];
  it.each([...others('response_modes_supported', known), 'magic'])('%s is refused', async (mode) => {
    expect(await answerTo({ response_mode: mode })).toMatchObject({ error: 'invalid_request' });
  });
});

describe('RFC 6749 §3.2: grant_types_supported', () => {
  const ofAuthorization = ['implicit'];
  const grants = values('grant_types_supported').filter((grant) => !ofAuthorization.includes(grant));
  it.each(grants)('%s is known', async (grant) => {
    const { error } = await asked('token_endpoint', { grant_type: grant }, basic('discovery'));
    expect(['invalid_request', undefined]).toContain(error);
  });

  const urn = 'urn:ietf:params:oauth:grant-type';
  const known = [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'password',
    ...['device_code', 'jwt-bearer', 'saml2-bearer', 'token-exchange'].map((name) => `${urn}:${name}`),
    'urn:openid:params:grant-type:ciba',
    'magic',
  ];
  it.each(others('grant_types_supported', known))('%s is refused', async (grant) => {
    expect(await asked('token_endpoint', { grant_type: grant }, basic('discovery'))).toMatchObject({
      error: 'unsupported_grant_type',
    });
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.1: what an authentication request may ask for', () => {
  it.each(values('prompt_values_supported'))('prompt=%s is understood', async (prompt) => {
    await landing({});
    const { page } = await landing({ prompt });
    expect(page).toBeUndefined();
    expect(await answerTo({ prompt: 'none' }, httpBrowser())).toMatchObject({ error: 'login_required' });
    expect(await answerTo({ prompt })).toMatchObject({ code: expect.any(String) });
  });

  it.each([...others('prompt_values_supported', ['none', 'login', 'consent', 'select_account', 'create']), 'magic'])(
    'prompt=%s is refused',
    async (prompt) => expect(await answerTo({ prompt })).toMatchObject({ error: 'invalid_request' }),
  );

  it.each(values('scopes_supported'))('the scope %s is granted', async (scope) => {
    const granted = await signedIn({ scope: `openid ${scope}`, prompt: 'consent' });
    expect(granted.scope?.split(' ')).toContain(scope);
  });

  it('a scope that is not there is left out', async () => {
    expect(await signedIn({ scope: 'openid magic' })).toMatchObject({ scope: 'openid' });
  });

  it.each(values('ui_locales_supported'))('ui_locales=%s is the language of the page', async (locale) => {
    const { html } = await fresh({ ui_locales: locale });
    expect(html).toContain(`lang="${locale}"`);
  });

  it.each(values('display_values_supported'))('display=%s shows the page', async (display) => {
    expect(await fresh({ display })).toMatchObject({ status: 200, page: 'sign-in' });
  });

  it.each(values('acr_values_supported'))('acr %s is reached', async (acr) => {
    const { id_token: token = '' } = await signedIn({ acr_values: acr });
    expect(values('acr_values_supported')).toContain(decodeJwt(token).acr);
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: acr } } });
    expect(await answerTo({ claims })).toMatchObject({ code: expect.any(String) });
  });

  it('§5.5.1.1: another acr is not', async () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:magic' } } });
    const { error } = await answerTo({ claims, prompt: 'none' });
    expect(['unmet_authentication_requirements', 'login_required', 'access_denied']).toContain(error);
  });

  it('§5.1: no claim is told that is not in claims_supported', async () => {
    const tokens = await signedIn({ scope: values('scopes_supported').join(' '), prompt: 'consent' });
    const told = JSON.parse(await userinfo(tokens)) as Record<string, unknown>;
    const known = [...values('claims_supported'), 'iat', 'exp'];
    expect(Object.keys({ ...told, ...decodeJwt(tokens.id_token!) }).filter((name) => !known.includes(name))).toEqual(
      [],
    );
    expect(advertised.claim_types_supported).toEqual(['normal']);
  });

  it('§5.5: claims_parameter_supported', async () => {
    const { id_token: token = '' } = await signedIn({ claims: JSON.stringify({ id_token: { email: null } }) });
    expect('email' in decodeJwt(token)).toBe(advertised.claims_parameter_supported);
  });

  it('RFC 9207 §3: authorization_response_iss_parameter_supported', async () => {
    expect((await answerTo({})).iss === issuer).toBe(advertised.authorization_response_iss_parameter_supported);
  });
});

describe('RFC 7636 §4.3: code_challenge_methods_supported', () => {
  const challenges: Texts = { S256: challenge, plain: verifier };
  it.each(values('code_challenge_methods_supported'))('%s is verified', async (method) => {
    const params = { code_challenge: challenges[method]!, code_challenge_method: method };
    const right = await redeemed(await answerTo(params), 'discovery', { code_verifier: verifier });
    expect(right).toMatchObject({ access_token: expect.any(String) });
    const wrong = await redeemed(await answerTo(params), 'discovery', { code_verifier: `${verifier}x` });
    expect(wrong).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([...others('code_challenge_methods_supported', ['S256', 'plain']), 'S512'])('%s is refused', async (method) =>
    expect(await answerTo({ code_challenge: challenge, code_challenge_method: method })).toMatchObject({
      error: 'invalid_request',
    }),
  );
});

describe('OpenID Connect Core 1.0 §10: how tokens are signed and encrypted', () => {
  const verified = async (token: string) => {
    const keys = (await (await fetch(advertised.jwks_uri as string)).json()) as JSONWebKeySet;
    const resolve = createLocalJWKSet(keys);
    return compactVerify(token, (header) =>
      header.alg.startsWith('HS') ? new TextEncoder().encode(secret) : resolve(header),
    );
  };

  it.each(algorithms)('§10.1: %s', async (alg) => {
    const tokens = await signedIn({ client_id: idOf('signed', alg) });
    expect((await verified(tokens.id_token!)).protectedHeader.alg).toBe(alg);
    if (!values('userinfo_signing_alg_values_supported').includes(alg)) return;
    expect((await verified(await userinfo(tokens))).protectedHeader.alg).toBe(alg);
  });

  it.each(encryptions)('§10.2: %s with %s', async (alg, enc) => {
    const tokens = await signedIn({ client_id: idOf(alg, enc) });
    const { privateKey } = await keyFor(alg);
    for (const token of [tokens.id_token!, await userinfo(tokens)])
      expect((await compactDecrypt(token, privateKey)).protectedHeader).toMatchObject({ alg, enc });
  });
});

describe('OpenID Connect Core 1.0 §9: how clients authenticate', () => {
  it.each(authentications)('%s with %s, at every endpoint that advertises it', async (method, alg) => {
    const id = idOf(method, alg);
    const at = async (endpoint: string, body: Texts) => {
      if (!values(`${endpoint}_auth_methods_supported`).includes(method)) return undefined;
      const { body: more, headers } = await proof(id, [method, alg]);
      const response = await post(endpoint, { ...body, ...more }, headers);
      return { status: response.status, text: await response.text() };
    };
    const token = await at('token_endpoint', { grant_type: 'refresh_token', refresh_token: 'unknown' });
    expect(JSON.parse(token!.text)).toMatchObject({ error: 'invalid_grant' });
    const introspected = await at('introspection_endpoint', { token: 'unknown' });
    if (introspected) expect(introspected).toEqual({ status: 200, text: '{"active":false}' });
    const revoked = await at('revocation_endpoint', { token: 'unknown' });
    if (revoked) expect(revoked).toMatchObject({ status: 200 });
  });
});

describe('OpenID Connect Core 1.0 §6: request objects', () => {
  it.each(values('request_object_signing_alg_values_supported'))('§6.1: signed with %s', async (alg) => {
    const id = idOf('request', alg);
    const object = await jwtOf(id, alg, { ...request, client_id: id, state: 'inside' });
    expect(await answerTo({ client_id: id, request: object })).toMatchObject({
      state: 'inside',
      code: expect.any(String),
    });
  });

  it('§3.1.2.6: request_uri, where it is not advertised', async () => {
    const { error } = await answerTo({ request_uri: 'https://discovery.example.test/request' });
    expect(error === 'request_uri_not_supported').toBe(!advertised.request_uri_parameter_supported);
    expect(advertised.request_parameter_supported).toBe(true);
  });
});

describe('RFC 7591 §2: what is not advertised cannot be registered', () => {
  const signing = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA HS256 HS384 HS512 magic'.split(' ');
  const encrypting = 'RSA1_5 RSA-OAEP RSA-OAEP-256 ECDH-ES ECDH-ES+A128KW A128KW dir magic'.split(' ');
  const contents = 'A128GCM A192GCM A256GCM A128CBC-HS256 A256CBC-HS512 magic'.split(' ');
  const methods = ['tls_client_auth', 'self_signed_tls_client_auth', 'magic'];
  const all: [string, string, string[]][] = [
    ['id_token_signing_alg_values_supported', 'id_token_signed_response_alg', [...signing, 'none']],
    ['userinfo_signing_alg_values_supported', 'userinfo_signed_response_alg', signing],
    ['id_token_encryption_alg_values_supported', 'id_token_encrypted_response_alg', encrypting],
    ['id_token_encryption_enc_values_supported', 'id_token_encrypted_response_enc', contents],
    ['userinfo_encryption_alg_values_supported', 'userinfo_encrypted_response_alg', encrypting],
    ['userinfo_encryption_enc_values_supported', 'userinfo_encrypted_response_enc', contents],
    ['request_object_signing_alg_values_supported', 'request_object_signing_alg', signing],
    ['token_endpoint_auth_methods_supported', 'token_endpoint_auth_method', methods],
    ['introspection_endpoint_auth_methods_supported', 'introspection_endpoint_auth_method', methods],
    ['revocation_endpoint_auth_methods_supported', 'revocation_endpoint_auth_method', methods],
    ['token_endpoint_auth_signing_alg_values_supported', 'token_endpoint_auth_signing_alg', signing],
    ['introspection_endpoint_auth_signing_alg_values_supported', 'introspection_endpoint_auth_signing_alg', signing],
    ['revocation_endpoint_auth_signing_alg_values_supported', 'revocation_endpoint_auth_signing_alg', signing],
    ['subject_types_supported', 'subject_type', ['public', 'pairwise', 'magic']],
  ];
  it('a file that tries every one of them is told about every one', async () => {
    const tried = all.flatMap(([list, setting, known]) => others(list, known).map((value) => ({ [setting]: value })));
    const complaints = await refusalsOf(tried);
    const unnoticed = tried.filter(
      (settings, at) => !complaints.some((line) => line.startsWith(`clients[${at}].${Object.keys(settings).join()}`)),
    );
    expect(tried.length).toBeGreaterThan(all.length);
    expect(unnoticed).toEqual([]);
  });

  it.each(values('subject_types_supported'))('subject_type %s has a sub', async (type) => {
    const { id_token: token = '' } = await signedIn({ client_id: idOf('subject', type) });
    expect(decodeJwt(token).sub).toMatch(/./);
  });
});

it('nothing is advertised that no test here asks about', async () => {
  const here = await readFile(new URL(import.meta.url), 'utf8');
  const lists = Object.keys(advertised).filter((name) => !/^issuer$|_endpoint$|_uri$/.test(name));
  expect(lists.filter((name) => !here.includes(name))).toEqual([]);
});

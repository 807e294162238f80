import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import { decodeJwt } from 'jose';
import {
  basic,
  bodyOf,
  challenge,
  post,
  ruleBrowser,
  rules,
  secret,
  tokenClient,
  tokenClients,
  verifier,
  type Rules,
} from '@portico/testing';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const tv = {
  token_endpoint_auth_method: 'none',
  grant_types: [deviceGrant, 'refresh_token'],
  redirect_uris: [],
  scope: 'openid offline_access',
};

let all: Rules;
beforeEach(async () => void (all = await rules({ ...tokenClients, tv })));
const { codeFor, isActive, tokensFor } = tokenClient(() => all);

const send = (request: EndpointRequest): Promise<EndpointReply> => all.endpoints.token(request);
const asWeb = (params: Record<string, string>) => post(params, { headers: basic('web', secret) });
const codeRequest = async () => {
  const code = await codeFor('web', challenge);
  const redirect_uri = 'https://web.example.test/cb';
  return asWeb({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri });
};
const refreshRequest = async () =>
  asWeb({ grant_type: 'refresh_token', refresh_token: String((await tokensFor('web')).refresh_token) });
const deviceRequest = async () => {
  const begun = bodyOf(await all.endpoints.deviceAuthorization(post({ client_id: 'tv', scope: tv.scope })));
  const browser = ruleBrowser(all);
  await browser.answer(await browser.get('device', { user_code: String(begun.user_code) }));
  return post({ grant_type: deviceGrant, client_id: 'tv', device_code: String(begun.device_code) });
};
const requests = { code: codeRequest, 'refresh token': refreshRequest, 'device code': deviceRequest };
const kinds = Object.keys(requests) as (keyof typeof requests)[];

describe.each(kinds)('RFC 6749 §4.1.2, RFC 9700 §4.14.2: a request with a %s whose answer was lost', (kind) => {
  it('is answered again with the same refresh token, one after the other and at once; every access token works', async () => {
    const request = await requests[kind]();
    const bodies = [bodyOf(await send(request)), ...(await Promise.all([send(request), send(request)])).map(bodyOf)];
    all.clock.pass(9);
    bodies.push(bodyOf(await send(request)));
    expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1);
    expect(new Set(bodies.map((body) => body.access_token)).size).toBe(4);
    expect(await Promise.all(bodies.map((body) => isActive(body.access_token)))).not.toContain(false);
  });

  it('is not answered to another client, nor once the authorization was revoked', async () => {
    const request = await requests[kind]();
    const { access_token: text } = bodyOf(await send(request));
    const other = {
      ...request,
      headers: basic('second', secret),
      params: { ...request.params, client_id: ['second'] },
    };
    expect(bodyOf(await send(other))).toMatchObject({
      error: expect.stringMatching(/^(invalid_grant|unauthorized_client)$/),
    });
    const [authorizationId = ''] = String(decodeJwt(String(text)).jti).split('.');
    expect(await all.stores.tokens.revokeAuthorization(authorizationId, 'test', all.clock())).toBeDefined();
    expect(bodyOf(await send(request))).toMatchObject({ error: 'invalid_grant' });
    expect(await isActive(text)).toBe(false);
  });
});

it('RFC 7636 §4.6: a code that was exchanged is answered again for its verifier alone', async () => {
  const request = await codeRequest();
  await send(request);
  const wrong = { ...request, params: { ...request.params, code_verifier: ['x'.repeat(43)] } };
  expect(bodyOf(await send(wrong))).toMatchObject({ error: 'invalid_grant' });
  expect(bodyOf(await send(request))).toHaveProperty('access_token');
});

it('RFC 6749 §4.1.2: a code that expires while its answer is on its way is answered again', async () => {
  const request = await codeRequest();
  all.clock.pass(59);
  const { refresh_token: first } = bodyOf(await send(request));
  all.clock.pass(3);
  expect(bodyOf(await send(request)).refresh_token).toBe(first);
});

it.each(kinds)('a %s in another request, however soon, gets what it got before', async (kind) => {
  const request = await requests[kind]();
  const { refresh_token: first } = bodyOf(await send(request));
  const body = bodyOf(await send({ ...request, id: 'another' }));
  if (kind === 'refresh token') expect(body.refresh_token).toBe(first);
  else expect(body).toMatchObject({ error: 'invalid_grant' });
});

import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createRequire } from 'node:module';
import * as client from 'openid-client';
import { issuer, origin } from './provider.js';
import { configuration } from './relying-party.js';
import { accessKeySecret, secret } from './setup/declaration.js';

const require = createRequire(import.meta.url);
const basic = (id: string, text: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${text}`).toString('base64')}`,
});
const token = (params: Record<string, string>, headers: Record<string, string> = {}, path = '/token') =>
  fetch(`${issuer}${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read', ...params }),
    signal: AbortSignal.timeout(15_000),
  });
const inBody = (id: string, text = accessKeySecret) => ({ client_id: id, client_secret: text });
const ownerOf = (tokens: { access_token?: string }) => decodeJwt(tokens.access_token!).client_id;

interface JsSdk {
  getAccessTokenByClientCredentials(scope: string, options: object): Promise<{ access_token: string }>;
}
interface NodeSdk {
  getAccessTokenByClientCredentials(scope: string, options: object): Promise<{ access_token: string }>;
}
const { AuthenticationClient: JsClient } = require('authing-js-sdk') as {
  AuthenticationClient: new (options: object) => JsSdk;
};
const { AuthenticationClient: NodeClient } = require('authing-node-sdk') as {
  AuthenticationClient: new (options: object) => NodeSdk;
};

describe('programmatic access keys', () => {
  it.each([
    ['client_secret_basic', 'machine-basic'],
    ['client_secret_post', 'machine-post'],
    ['none', 'machine-none'],
  ])('authing-js-sdk: in the body, whatever the application’s method is (%s)', async (method, appId) => {
    const sdk = new JsClient({ appId, secret, appHost: origin, protocol: 'oidc', tokenEndPointAuthMethod: method });
    const key = { accessKey: `AK-${appId}`, accessSecret: accessKeySecret };
    expect(ownerOf(await sdk.getAccessTokenByClientCredentials('orders:read', key))).toBe(appId);
  });

  it.each([
    ['client_secret_basic', 'machine-basic'],
    ['client_secret_post', 'machine-post'],
  ])(
    'authing-node-sdk, %s: the application in the header, where it is, beside the key in the body',
    async (method, appId) => {
      const options = { appId, appSecret: secret, appHost: origin, redirectUri: '', tokenEndPointAuthMethod: method };
      const key = { accessKey: `AK-${appId}`, accessSecret: accessKeySecret };
      expect(ownerOf(await new NodeClient(options).getAccessTokenByClientCredentials('orders:read', key))).toBe(appId);
    },
  );

  it('as recorded: two credentials at once, and the application in x-authing-app-id', async () => {
    const app = { 'x-authing-app-id': 'machine-basic' };
    const both = await token(inBody('AK-machine-basic'), { ...app, ...basic('machine-basic', secret) });
    expect(ownerOf((await both.json()) as { access_token: string })).toBe('machine-basic');
  });

  it('openid-client: the key as the client of a standard library, and as the parameters of its own grant', async () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- http on the loopback address
    const overHttp = { execute: [client.allowInsecureRequests] };
    for (const method of [client.ClientSecretBasic, client.ClientSecretPost]) {
      const config = await client.discovery(
        new URL(issuer),
        'AK-machine-post-2',
        {},
        method(accessKeySecret),
        overHttp,
      );
      const tokens = await client.clientCredentialsGrant(config, { scope: 'orders:read' });
      expect(ownerOf(tokens)).toBe('machine-post');
    }
  });

  it('the tokens are the application’s: it may introspect and revoke them, the key may not', async () => {
    const { access_token } = (await (await token(inBody('AK-machine-basic'))).json()) as { access_token: string };
    const config = await configuration('machine-basic');
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject({
      active: true,
      client_id: 'machine-basic',
      scope: 'orders:read',
    });
    for (const path of ['/token/introspection', '/token/revocation'])
      expect((await token({ token: access_token, ...inBody('AK-machine-basic') }, {}, path)).status).toBe(401);
    await client.tokenRevocation(config, access_token);
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false });
  });

  it.each<[string, Record<string, string>]>([
    ['a disabled key', inBody('AK-machine-basic-disabled')],
    ['a wrong secret', inBody('AK-machine-basic', 'wrong')],
    ['the application’s own secret', inBody('AK-machine-basic', secret)],
    ['an unknown key', inBody('AK-nobody')],
    ['another grant', { ...inBody('AK-machine-basic'), grant_type: 'refresh_token', refresh_token: 'x' }],
  ])('RFC 6749 §5.2: %s is refused', async (_, params) => {
    const response = await token(params);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([401, 'invalid_client']);
  });

  it('RFC 6749 §2.3: two credentials at once stay refused for every other grant', async () => {
    const refresh = { grant_type: 'refresh_token', refresh_token: 'x', ...inBody('AK-machine-basic') };
    expect((await token(refresh, basic('machine-basic', secret))).status).toBe(400);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, clientOf, post, rules, secret, type GivenParams, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';

const owners = {
  app: {},
  post: { token_endpoint_auth_method: 'client_secret_post' },
  public: { token_endpoint_auth_method: 'none' },
  'code-only': { grant_types: ['authorization_code'] },
};
// The key's secret is another one than that of the clients.
const keySecret = 'SK0123456789';

let all: Rules;
beforeEach(async () => {
  all = await rules(owners);
  const hash = await all.passwords.hash(keySecret);
  for (const clientId of Object.keys(owners))
    for (const n of [1, 2])
      await all.stores.registrations.accessKeys.add({ id: `AK-${clientId}-${n}`, clientId, hash, createdAt: 0 });
});

const ask = (params: GivenParams, headers: Record<string, string> = {}) =>
  all.endpoints.token(post({ grant_type: 'client_credentials', ...params }, { headers }));
const inBody = (id: string, text = keySecret) => ({ client_id: id, client_secret: text });
const refused = { status: 401, body: { error: 'invalid_client' } };

describe('access keys', () => {
  it.each(['app', 'post', 'public'])(
    'authing-js-sdk: in the body, however the application %s authenticates itself, with the application in a header',
    async (id) => {
      const reply = await ask({ ...inBody(`AK-${id}-1`), scope: 'orders:read' }, { 'x-authing-app-id': id });
      expect(reply).toMatchObject({ status: 200 });
      expect(decodeJwt(String(bodyOf(reply).access_token))).toMatchObject({
        client_id: id,
        sub: id,
        aud: id,
        scope: 'orders:read',
      });
    },
  );

  it('in the Authorization header; each of several', async () => {
    for (const id of ['AK-app-1', 'AK-app-2']) expect((await ask({}, basic(id, keySecret))).status).toBe(200);
  });

  it('authing-node-sdk: the application in the header beside the key in the body, which wins', async () => {
    const reply = await ask(inBody('AK-app-1'), basic('app', secret));
    expect(decodeJwt(String(bodyOf(reply).access_token))).toMatchObject({ client_id: 'app' });
    expect((await ask(inBody('AK-app-1', 'wrong'), basic('app', secret))).status).toBe(401);
    expect((await ask(inBody('AK-nothing'), basic('app', secret))).status).toBe(401);
  });

  it('RFC 6749 §2.3: two methods at once stay refused everywhere else', async () => {
    expect((await ask(inBody('AK-app-1'), basic('AK-app-1', keySecret))).status).toBe(400);
    expect((await ask({ client_id: 'AK-app-1' }, basic('app', secret))).status).toBe(400);
    const refresh = { grant_type: 'refresh_token', refresh_token: 'x', ...inBody('AK-app-1') };
    expect((await ask(refresh, basic('app', secret))).status).toBe(400);
  });

  it.each<[string, GivenParams, Record<string, string>]>([
    ['a wrong secret', inBody('AK-app-1', 'wrong'), {}],
    ['the secret of the application', inBody('AK-app-1', secret), {}],
    ['the key’s secret for the application', inBody('post', keySecret), {}],
    ['no secret', { client_id: 'AK-app-1' }, {}],
    ['an unknown key', inBody('AK-nobody'), {}],
    ['a key in the header of the SDKs', {}, { 'x-authing-app-id': 'AK-app-1' }],
    ['for another grant', { ...inBody('AK-app-1'), grant_type: 'refresh_token', refresh_token: 'x' }, {}],
    ['for a code', { ...inBody('AK-app-1'), grant_type: 'authorization_code', code: 'x' }, {}],
    ['for the password of a person', { ...inBody('AK-app-1'), grant_type: 'password' }, {}],
  ])('RFC 6749 §5.2: %s', async (_, params, headers) => expect(await ask(params, headers)).toMatchObject(refused));

  it('not at introspection nor revocation', async () => {
    for (const endpoint of ['introspection', 'revocation'] as const) {
      const form = { token: 'x', grant_type: 'client_credentials', ...inBody('AK-app-1') };
      expect(await all.endpoints[endpoint](post(form))).toMatchObject(refused);
    }
  });

  it('RFC 6749 §4.4: a public client without its key still may not; nor a client without the grant', async () => {
    expect(await ask({ client_id: 'public' })).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    expect(await ask(inBody('AK-code-only-1'))).toMatchObject({ body: { error: 'unauthorized_client' } });
  });

  it('a disabled key opens nothing, also where it did just before; enabled again it does', async () => {
    const { accessKeys } = all.stores.registrations;
    expect((await ask(inBody('AK-app-1'))).status).toBe(200);
    await accessKeys.setDisabled('AK-app-1', all.clock());
    expect(await ask(inBody('AK-app-1'))).toMatchObject(refused);
    expect((await ask(inBody('AK-app-2'))).status).toBe(200);
    await accessKeys.setDisabled('AK-app-1', undefined);
    expect((await ask(inBody('AK-app-1'))).status).toBe(200);
    await accessKeys.remove('AK-app-1');
    expect(await ask(inBody('AK-app-1'))).toMatchObject(refused);
  });

  it('a client is never taken for a key of the same name', async () => {
    const client = await clientOf('AK-app-1', { token_endpoint_auth_method: 'client_secret_post' });
    await all.stores.registrations.save([client], []);
    expect(await ask(inBody('AK-app-1'))).toMatchObject(refused);
    const reply = await ask(inBody('AK-app-1', secret));
    expect(decodeJwt(String(bodyOf(reply).access_token))).toMatchObject({ client_id: 'AK-app-1' });
  });

  it('no secret reaches an error or the log', async () => {
    const reply = await ask(inBody('AK-app-1', 'hunter2hunter2'));
    expect(JSON.stringify([reply, all.reported.map(String)])).not.toMatch(/hunter2|argon2/);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  basic,
  bodyOf,
  challenge,
  post,
  rules,
  secret,
  tokenClient,
  tokenClients,
  verifier,
  type GivenParams,
  type Rules,
} from '@portico/testing';

let all: Rules;
beforeEach(async () => void (all = await rules(tokenClients)));
const { codeFor, redeem } = tokenClient(() => all);

describe('client authentication', () => {
  const ask = (params: GivenParams, headers: Record<string, string> = {}) =>
    all.endpoints.token(post({ grant_type: 'client_credentials', ...params }, { headers }));
  const refused = {
    status: 401,
    headers: { 'www-authenticate': expect.stringMatching(/^Basic realm=/) },
    body: { error: 'invalid_client' },
  };

  it.each<[string, GivenParams, Record<string, string>]>([
    ['RFC 6749 §5.2: a wrong secret', {}, basic('web', 'wrong')],
    ['an unknown client', {}, basic('nobody', secret)],
    ['no credentials', {}, {}],
    ['an id alone for a confidential client', { client_id: 'web' }, {}],
    ['OpenID Connect Core 1.0 §9: by another method than registered', { client_id: 'web', client_secret: secret }, {}],
    ['Basic for a client of client_secret_post', {}, basic('post', secret)],
    ['an unreadable header', {}, { authorization: 'Basic Og==' }],
    ['the header of the SDKs is no credential', {}, { 'x-authing-app-id': 'web' }],
  ])('%s', async (_, params, headers) => expect(await ask(params, headers)).toMatchObject(refused));

  it('RFC 6749 §2.3.1: the secret as it is, and form-encoded', async () => {
    const encoded = encodeURIComponent(secret);
    for (const headers of [basic('web', secret), basic('web', encoded), basic('web', encoded.replaceAll('%20', '+'))]) {
      expect((await ask({}, headers)).status).toBe(200);
    }
  });

  it('client_secret_post; a bare token in the header does no harm beside it', async () => {
    expect((await ask({ client_id: 'post', client_secret: secret })).status).toBe(200);
    expect((await ask({ client_id: 'post', client_secret: secret }, { authorization: 'eyJhbGciOi.x.y' })).status).toBe(
      200,
    );
  });

  it('§2.3: never two methods at once, nor two clients', async () => {
    expect(await ask({ client_id: 'web', client_secret: secret }, basic('web', secret))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect(await ask({ client_id: 'second' }, basic('web', secret))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect((await ask({ client_id: 'web' }, basic('web', secret))).status).toBe(200);
  });

  it('a public client may be named in the header of the SDKs where nothing else names one', async () => {
    const { refresh_token } = bodyOf(
      await redeem('spa', await codeFor('spa', challenge), {
        code_verifier: verifier,
      }),
    );
    const reply = await all.endpoints.token(
      post(
        { grant_type: 'refresh_token', redirect_uri: '', refresh_token: String(refresh_token) },
        { headers: { 'x-authing-app-id': 'spa' } },
      ),
    );
    expect(bodyOf(reply)).toHaveProperty('refresh_token');
  });

  it('secrets overlap while one is rotated, and end when they are to', async () => {
    const client = await all.stores.clients.find('web');
    const [old] = client!.secrets;
    const [other] = (await all.stores.clients.find('second'))!.secrets;
    await all.stores.registrations.save([{ ...client!, secrets: [{ ...old!, expiresAt: all.clock() + 60 }] }], []);
    expect((await ask({}, basic('web', secret))).status).toBe(200);
    all.clock.pass(60);
    expect(await ask({}, basic('web', secret))).toMatchObject(refused);
    await all.stores.registrations.save([{ ...client!, secrets: [{ ...old!, expiresAt: 1 }, other!] }], []);
    expect((await ask({}, basic('web', secret))).status).toBe(200);
  });

  it('no secret reaches an error or the log', async () => {
    const replies = await Promise.all([
      ask({}, basic('web', 'hunter2hunter2')),
      ask({ client_id: 'web', client_secret: 'hunter2hunter2' }),
    ]);
    expect(JSON.stringify([replies, all.reported.map(String)])).not.toContain('hunter2');
  });
});

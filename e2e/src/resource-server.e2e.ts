import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import * as client from 'openid-client';
import { issuer, topology } from './provider.js';
import { configuration, signIn } from './relying-party.js';
import { cuttableLine, eventually, natsAddress, startOrders, type Orders } from './resource-server.js';

const tokenOf = async (id: string, scope = 'orders:read') =>
  (await client.clientCredentialsGrant(await configuration(id), { scope })).access_token;
const revoke = async (token: string) => client.tokenRevocation(await configuration('basic'), token);
const started: Orders[] = [];
const orders = async (environment: Record<string, string>): Promise<Orders> => {
  const example = await startOrders(environment);
  started.push(example);
  return example;
};
afterAll(async () => {
  await Promise.all(started.map(({ process }) => process.stop(10_000)));
});
const statusOf = async (example: Orders, token: string) => (await example.get(token)).status;

describe('a resource server that asks what was revoked', () => {
  const everyMs = 300;
  let example: Orders;
  beforeAll(async () => {
    example = await orders({ POLL_MS: String(everyMs) });
    await eventually(() => example.isCurrent());
  });

  it('RFC 9068 §4: takes a token that holds', async () => {
    expect(await example.get(await tokenOf('basic'))).toEqual({
      status: 200,
      challenge: '',
      body: { of: 'basic', orders: [] },
    });
    const { tokens } = await signIn('basic', { scope: 'openid orders:read' });
    expect(await example.get(tokens.access_token)).toMatchObject({ status: 200, body: { of: tokens.claims()?.sub } });
  });

  it('RFC 6750 §3: says what is wrong with the others', async () => {
    const { tokens } = await signIn('basic', { scope: 'openid orders:read' });
    const mine = await tokenOf('basic');
    const [head = '', claims = ''] = mine.split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const cases: [string | undefined, number, string][] = [
      [undefined, 401, 'Bearer realm="api"'],
      ['not a token', 400, 'error="invalid_request"'],
      ['garbage', 401, 'error="invalid_token"'],
      [`${head}.${claims}.AAAA`, 401, 'The signature of the token does not fit'],
      [`${none}.${claims}.`, 401, 'error="invalid_token"'],
      [tokens.id_token, 401, 'This is no access token'],
      [await tokenOf('second'), 401, 'The token is for another resource server'],
      [await tokenOf('opaque'), 401, 'error="invalid_token"'],
    ];
    for (const [token, status, challenge] of cases) {
      const answer = await example.get(token);
      expect({ token, ...answer }).toMatchObject({ token, status });
      expect(answer.challenge).toContain(challenge);
    }
    const missing = await example.get(mine, 'POST');
    expect(missing).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
    expect(missing.challenge).toContain('scope="orders:write"');
  });

  it('RFC 9068 §4: a token that has expired', async () => {
    const other = await orders({ AUDIENCE: 'brief-token', CLOCK_SKEW_SECONDS: '0', POLL_MS: '1000' });
    const token = await tokenOf('brief-token');
    await eventually(async () => (await statusOf(other, token)) === 401);
    expect((await other.get(token)).challenge).toContain('The token has expired');
  });

  it('RFC 7009 §2.1: what is revoked is refused after the next question', async () => {
    for (let times = 0; times < 3; times += 1) {
      const token = await tokenOf('basic');
      expect(await statusOf(example, token)).toBe(200);
      await revoke(token);
      const tookMs = await eventually(async () => (await statusOf(example, token)) === 401);
      expect(tookMs).toBeLessThan(everyMs + 1500);
      expect((await example.get(token)).challenge).toContain('The token was revoked');
    }
  });

  it('§2.1: a refresh token takes its access tokens with it', async () => {
    const { tokens } = await signIn('basic', { scope: 'openid offline_access orders:read' });
    expect(await statusOf(example, tokens.access_token)).toBe(200);
    await revoke(tokens.refresh_token!);
    await eventually(async () => (await statusOf(example, tokens.access_token)) === 401);
  });

  it('the feed is for clients that prove who they are', async () => {
    const ask = (init: RequestInit) => fetch(`${issuer}/token/revocations`, { method: 'POST', ...init });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ body: new URLSearchParams({ client_id: 'spa' }) })).status).toBe(400);
    expect((await fetch(`${issuer}/token/revocations`)).status).toBe(405);
  });
});

if (topology === 'services')
  describe('a resource server that is told over NATS', () => {
    const policies = ['refuse', 'accept', 'introspect'] as const;
    let line: Awaited<ReturnType<typeof cuttableLine>>;
    let examples: Record<(typeof policies)[number], Orders>;
    const isCurrent = async () =>
      (await Promise.all(policies.map((policy) => examples[policy].isCurrent()))).every(Boolean);
    const statuses = async (token: string) =>
      Object.fromEntries(
        await Promise.all(policies.map(async (policy) => [policy, await statusOf(examples[policy], token)] as const)),
      );

    beforeAll(async () => {
      const address = await natsAddress();
      line = await cuttableLine(address);
      const [refuse, accept, introspect] = await Promise.all(
        policies.map((policy) => orders({ NATS_URL: line.address, WHEN_STALE: policy })),
      );
      examples = { refuse: refuse!, accept: accept!, introspect: introspect! };
      const connection = await connect({ servers: address });
      const { created } = await (await connection.jetstreamManager()).streams.info('PORTICO_EVENTS');
      await connection.close();
      await eventually(isCurrent);
      // Of a token that is issued within a minute of the beginning of the stream nobody is sure without asking.
      await pause(Math.max(0, Date.parse(created) + 62_000 - Date.now()));
    }, 120_000);
    afterAll(() => line.close());

    it('RFC 7009 §2.1: what is revoked is refused within a second', async () => {
      const took: number[] = [];
      for (let times = 0; times < 20; times += 1) {
        const token = await tokenOf('basic');
        expect(await statuses(token)).toEqual({ refuse: 200, accept: 200, introspect: 200 });
        await revoke(token);
        took.push(await eventually(async () => (await statusOf(examples.refuse, token)) === 401));
        await eventually(async () => Object.values(await statuses(token)).every((status) => status === 401), 1000);
      }
      expect(Math.max(...took)).toBeLessThan(1000);
    });

    it('while NATS is away it refuses, accepts or asks, as chosen; when it is back what was revoked meanwhile is known', async () => {
      const [live, gone] = [await tokenOf('basic'), await tokenOf('basic')];
      await eventually(isCurrent);
      line.cut();
      await eventually(async () => !(await examples.refuse.isCurrent()) && !(await examples.accept.isCurrent()));
      await revoke(gone);
      expect(await statuses(live)).toEqual({ refuse: 503, accept: 200, introspect: 200 });
      expect(await statuses(gone)).toEqual({ refuse: 503, accept: 200, introspect: 401 });
      line.mend();
      await eventually(isCurrent);
      expect(await statuses(live)).toEqual({ refuse: 200, accept: 200, introspect: 200 });
      expect(await statuses(gone)).toEqual({ refuse: 401, accept: 401, introspect: 401 });
    });
  });

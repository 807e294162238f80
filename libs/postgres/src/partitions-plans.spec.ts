import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  dayOf,
  monthOf,
  namedPartition,
  pairName,
  partitionFor,
  partitionName,
  type Partition,
} from '@portico/endpoint';
import type { Authorization, StoredToken } from '@portico/oidc';
import { randomUUID } from 'node:crypto';
import { deviceStore, interactionStore, replayStore, tokenStore, type Database } from './index.js';
import { authorizationOf, day, issuing, now, ownDatabase, tokenOf } from './partitions.fixture.js';
import { partName } from './partitions.js';
import * as statements from './stores/tokens.statements.js';

const { database: opened, ask, count } = ownDatabase('partitions-plans.spec');
let database: Database;
beforeAll(() => {
  database = opened();
});

const begun = issuing(() => database);

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly Plans?: readonly Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

describe('a look-up reads one part', () => {
  /** The tables that a statement reads, planned once for all parameters, as PostgreSQL has executed it. */
  const readBy = async (text: string, values: readonly unknown[]): Promise<string[]> =>
    database.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL plan_cache_mode = force_generic_plan');
      await manager.query(`PREPARE asked AS ${text}`);
      try {
        const literals = values.map((value) => `'${Array.isArray(value) ? `{${value.join()}}` : String(value)}'`);
        const [row] = await manager.query<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(
          `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked(${literals.join(', ')})`,
        );
        const nodes = nodesOf(row!['QUERY PLAN'][0]!.Plan);
        const scans = nodes.filter((node) => node['Node Type'].includes('Scan') && (node['Actual Loops'] ?? 0) > 0);
        expect(scans.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
        return [...new Set(scans.flatMap((node) => node['Relation Name'] ?? []))].sort();
      } finally {
        await manager.query('DEALLOCATE asked');
      }
    });

  /** Two thousand more of the same in the same parts, so that a scan would not pay. */
  const crowd = async ({ hash }: StoredToken, { id }: Authorization): Promise<void> => {
    const [token, authorization] = [Number(hash.split('.')[0]), namedPartition(id)];
    await ask(
      `INSERT INTO authorizations (partition, id, client_id, scope, detail, granted_at, expires_at)
         SELECT $1, 'a' || n, 'c', '{}', '{}', now(), now() + interval '1 day' FROM generate_series(1, 2000) n`,
      [authorization],
    );
    await ask(
      `INSERT INTO tokens (partition, hash, kind, id, authorization_partition, authorization_id, issued_at, expires_at, detail)
         SELECT $1, 't' || n, 'refresh_token', n::text, $2, 'a' || n, now(), now(), '{}' FROM generate_series(1, 2000) n`,
      [token, authorization],
    );
    await ask(`INSERT INTO accounts (subject, username, claims, updated_at)
      SELECT 's' || n, 's' || n, '{}', now() FROM generate_series(1, 2000) n`);
    await ask(
      `INSERT INTO clients (id, metadata, secrets) SELECT 'c' || n, '{}', '[]' FROM generate_series(1, 2000) n`,
    );
    await ask('ANALYZE');
  };
  /** Whole tables, of which one row is read by its key: whether the person or the client was revoked. */
  const undivided = ['accounts', 'clients', 'outbox'];

  const none: unknown[][] = Array.from({ length: 9 }, () => []);
  /** Who asked, and for a token the event and its detail. */
  const nobody = ['', '', ''];
  const issued = [...none, ...nobody, 'tokens_issued', '{}'];

  test.each<[string, (token: StoredToken, tables: statements.Parts) => [string, unknown[]], number]>([
    ['find', ({ hash }, tables) => [statements.find(tables).one.text, [hash]], 2],
    ['find several', ({ hash }, tables) => [statements.find(tables).several.text, [[hash, 't1', 'none']]], 2],
    ['exchange', ({ hash }, tables) => [statements.exchange(tables).text, [hash, now, 'request', ...issued]], 2],
    ['add', ({ authorizationId }, tables) => [statements.add(tables).text, [authorizationId, ...issued]], 1],
    ['revokeToken', ({ hash }, tables) => [statements.revokeToken(tables).text, [hash, now, ...nobody]], 2],
    [
      'revokeAuthorization',
      ({ authorizationId }, tables) => [
        statements.revokeAuthorization(tables).text,
        [authorizationId, 'r', now, ...nobody],
      ],
      1,
    ],
  ])('tokens: %s', async (_name, statementOf, tables) => {
    const { token, authorization } = await begun(now + 600);
    await crowd(token, authorization);
    const parts: Partition[] = [partitionFor({ from: now, until: now + 600 }), namedPartition(authorization.id)];
    const stored = { ...token, hash: token.hash.split('.')[2]! };
    const [text, values] = statementOf(stored, { token: parts[0]!, authorization: parts[1]! });
    const read = (await readBy(text, values)).filter((name) => !undivided.includes(name));
    expect(read).toHaveLength(tables);
    for (const name of read) expect(name).toMatch(/^(tokens_d|authorizations_m)\d+$/);
  });

  test('RFC 8628 §3.4: a device code names its own part alone; its approval is kept there, found and exchanged', async () => {
    const [authorization, part] = [
      authorizationOf(now, now + 365 * day),
      partitionFor({ from: now, until: now + 600 }),
    ];
    const named = { kind: 'device_code' as const, hash: `${part}..${randomUUID()}` };
    const code = { ...tokenOf(authorization, 'device_code', now + 600), ...named };
    const waiting = { deviceCodeHash: code.hash, clientId: 'c', scope: [], intervalSeconds: 5, expiresAt: now + 600 };
    expect(await deviceStore(database).begin({ ...waiting, userCode: 'u' })).toBe(true);
    expect(await deviceStore(database).approve(authorization, code)).toBe(true);
    expect(await count(partName('tokens', part))).toBe(1);
    await crowd(code, authorization);
    expect(await tokenStore(database).find(code.hash)).toEqual({ token: code, authorization });
    const hash = code.hash.split('.')[2]!;
    const ofBoth = [partName('authorizations', namedPartition(authorization.id)), partName('tokens', part)];
    const asked: [string, unknown[]][] = [
      [statements.find({ token: part }).one.text, [hash]],
      [statements.find({ token: part }).several.text, [[hash, 'none']]],
      [statements.exchange({ token: part }).text, [hash, now, 'request', ...issued]],
    ];
    for (const [text, values] of asked)
      expect((await readBy(text, values)).filter((name) => !undivided.includes(name))).toEqual(ofBoth);
  });

  test('RFC 8628 §3.4: a device code can be exchanged once, whichever form its key has', async () => {
    const part = partitionFor({ from: now, until: now + 600 });
    for (const hash of [`${part}..${randomUUID()}`, `0..${randomUUID()}`, randomUUID()]) {
      const authorization = authorizationOf(now, now + 365 * day);
      await tokenStore(database).begin(authorization, [{ ...tokenOf(authorization, 'device_code', now + 600), hash }]);
      expect(await tokenStore(database).exchange({ hash: hash, at: now, by: 'request' }, [])).toBe(true);
      expect(await tokenStore(database).exchange({ hash: hash, at: now, by: 'request' }, [])).toBe(false);
    }
    expect(await count(partName('tokens', part))).toBe(1);
    expect(await count('tokens_unbounded')).toBe(2);
  });

  test('RFC 8628 §3.4: one of before, which names no part, is found in the one that is swept', async () => {
    const { token, authorization } = await begun(now + 600);
    const code = { ...tokenOf(authorization, 'device_code', now + 600), hash: randomUUID() };
    await tokenStore(database).add(authorization.id, [code]);
    await crowd({ ...code, hash: '0.0.x' }, authorization);
    expect(await tokenStore(database).find(code.hash)).toEqual({ token: code, authorization });
    expect(await tokenStore(database).find(token.hash)).toEqual({ token, authorization });
    const read = await readBy(statements.find(statements.unnamed).one.text, [code.hash]);
    expect(read.filter((name) => !undivided.includes(name))).toEqual([
      expect.stringMatching(/^authorizations_m\d+$/),
      'tokens_unbounded',
    ]);
  });

  test('interactions and replays', async () => {
    const span = { from: now, until: now + 3600 };
    const id = `${'i'.repeat(43)}${partitionName(partitionFor(span))}`;
    const interaction = {
      browserHash: 'b',
      clientId: 'c',
      client: { name: 'c' },
      answers: {},
      returnTo: '/',
      request: 0,
    };
    await interactionStore(database).open({ ...interaction, id, prompt: { name: 'login' }, expiresAt: span.until });
    expect(await interactionStore(database).find(id, now)).toMatchObject({ id });
    expect(await count('interactions_default')).toBe(0);
    const text = 'SELECT 1 FROM interactions WHERE partition = $1 AND id = $2';
    expect(await readBy(text, [namedPartition(id), id])).toHaveLength(1);
    expect(await replayStore(database).once('k', span.until, 'request')).toBe(true);
    expect(await count('replays_default')).toBe(0);
  });

  test('whatever a hostile text names, nothing is scanned', async () => {
    const name = pairName([dayOf(now), monthOf(now)]);
    expect(name).toHaveLength(5);
    for (const key of [
      '99999.0.x',
      '0.0.x',
      '0..x',
      '1..x',
      '99999..x',
      '131071.131071.x',
      '1.1.x',
      '999999.999999.x',
      '1.x',
      `${name}.x`,
    ])
      expect(await tokenStore(database).find(key)).toBeUndefined();
  });
});

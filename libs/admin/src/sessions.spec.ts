import { beforeEach, describe, expect, test } from '@jest/globals';
import { administration } from '@portico/testing';
import { createAccount, DeclarationError, endEverything, endSession, endSessions, listSessions } from './index.js';

const faultsOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof DeclarationError)) throw new Error('it was not refused');
  return error.message;
};

let needs: ReturnType<typeof administration>;
let subject: string;
const start = async (sid: string, more = {}) => {
  const at = needs.clock();
  const session = { sid, subject, amr: ['pwd'], authTime: at, startedAt: at, lastUsedAt: at, expiresAt: at + 600 };
  await needs.sessions.start({ ...session, ...more }, `hash of ${sid}`);
};
beforeEach(async () => {
  needs = administration();
  ({ subject } = await createAccount(
    { username: 'alice', password: 'x', email: 'alice@example.test', phone_number: '+8613800000000' },
    needs,
  ));
  await start('one', { ip: '192.0.2.1', userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/128.0' });
  needs.clock.pass(60);
  await start('two');
  await start('another’s', { subject: 'bob-1' });
});

describe('the sessions of a person', () => {
  test.each(['alice', 'Alice@Example.Test', '+8613800000000', 'the subject'])('are listed by %s', async (named) => {
    const at = needs.clock();
    expect(await listSessions(named === 'the subject' ? subject : named, needs)).toEqual([
      { sid: 'two', started_at: at, last_used_at: at, expires_at: at + 600, client_ids: [] },
      {
        sid: 'one',
        browser: 'Firefox',
        system: 'Linux',
        ip: '192.0.2.1',
        started_at: at - 60,
        last_used_at: at - 60,
        expires_at: at + 540,
        client_ids: [],
      },
    ]);
  });

  test.each(['nobody', '', `' OR 1=1 --`, '\0'])('of %j there are none: that names nobody', async (named) => {
    for (const work of [listSessions(named, needs), endSessions(named, needs), endEverything(named, needs)])
      expect(await faultsOf(work)).toBe('account: names nobody');
  });

  test('a name that means two people ends nothing', async () => {
    const named = { username: 'eve', password: 'x', subject: 'alice' };
    await createAccount(named, needs);
    expect(await faultsOf(endSessions('alice', needs))).toMatch(/^account: .* another$/);
    expect(needs.facts).toEqual([]);
  });
});

describe('ending', () => {
  const endings = () => needs.facts.flatMap(({ data }) => ('reason' in data && 'sid' in data ? [data] : []));

  test('one: once, and told once', async () => {
    await endSession('one', needs);
    expect(await faultsOf(endSession('one', needs))).toBe('sid: names no session that goes on');
    expect(endings()).toMatchObject([{ sid: 'one', subject, reason: 'ended_by_administrator', at: needs.clock() }]);
    expect((await listSessions('alice', needs)).map(({ sid }) => sid)).toEqual(['two']);
  });

  test('those of a person, and nobody else’s', async () => {
    expect((await endSessions('alice', needs)).sort()).toEqual(['one', 'two']);
    expect(await endSessions('alice', needs)).toEqual([]);
    expect(endings()).toHaveLength(2);
    expect(await needs.sessions.findBySid('another’s', needs.clock())).toBeDefined();
  });

  test('everything: the sessions, and what was granted for later', async () => {
    const grantedAt = needs.clock();
    const offline = {
      id: 'a',
      clientId: 'c',
      subject,
      sid: 'one',
      scope: ['offline_access'],
      resources: [],
      grantedAt,
      expiresAt: grantedAt + 600,
    };
    const token = { kind: 'refresh_token' as const, hash: 'h', id: 'r', authorizationId: 'a' };
    await needs.tokens.begin(offline, [{ ...token, issuedAt: grantedAt, expiresAt: grantedAt + 600 }]);
    await endSessions('alice', needs);
    expect((await needs.tokens.find('h'))?.token.revokedAt).toBeUndefined();
    await start('three');
    expect(await endEverything(subject, needs)).toEqual(['three']);
    expect((await needs.tokens.find('h'))?.token.revokedAt).toBe(grantedAt);
  });
});

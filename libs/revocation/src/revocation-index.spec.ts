import { describe, expect, it } from '@jest/globals';
import { authorizationOfTokenId, isRevocation, revocationIndex, tokenIdOf, type RevocationFact } from './index.js';

const now = 1_800_000_000;
const token = { tokenId: 'auth.one', clientId: 'web', subject: 'anna', issuedAt: now - 600 };
const facts: Record<string, RevocationFact> = {
  'the token': { event: 'tokenRevoked', data: { tokenId: 'auth.one', at: now } },
  'its authorization': { event: 'authorizationRevoked', data: { authorizationId: 'auth', at: now } },
  'the session': { event: 'sessionEnded', data: { at: now, authorizationIds: ['other', 'auth'] } },
  'the person': { event: 'subjectRevoked', data: { subject: 'anna', at: now } },
  'the client': { event: 'clientRevoked', data: { clientId: 'web', at: now } },
};
const others: Record<string, RevocationFact> = {
  'another token': { event: 'tokenRevoked', data: { tokenId: 'auth.two', at: now } },
  'another authorization': { event: 'authorizationRevoked', data: { authorizationId: 'auth.one', at: now } },
  'another session': { event: 'sessionEnded', data: { at: now, authorizationIds: [] } },
  'an older session end, told without authorizations': { event: 'sessionEnded', data: { at: now } },
  'another person': { event: 'subjectRevoked', data: { subject: 'web', at: now } },
  'another client': { event: 'clientRevoked', data: { clientId: 'anna', at: now } },
};
const complete = (maxEntries = 1000) => revocationIndex({ maxEntries, completeSince: 0 });

describe('RFC 7009 §2.1: what is revoked', () => {
  it.each(Object.entries(facts))('%s', (_, fact) => {
    const index = complete();
    expect(index.holds(token)).toBe('live');
    index.add(fact);
    index.add(fact);
    expect(index.holds(token)).toBe('revoked');
    expect(index.isRevoked(token)).toBe(true);
    expect(isRevocation(fact)).toBe(true);
  });

  it.each(Object.entries(others))('%s leaves it as it is', (_, fact) => {
    const index = complete();
    index.add(fact);
    expect(index.holds(token)).toBe('live');
  });

  it('events of other kinds are none', () => expect(isRevocation({ event: 'keysRotated' })).toBe(false));

  it.each(['the person', 'the client'])('%s: what was issued since holds; about the minute nobody is sure', (which) => {
    const index = complete();
    index.add(facts[which]!);
    const issued = (issuedAt: number) => index.holds({ ...token, issuedAt });
    expect([-61, -60, 0, 60, 61].map((seconds) => issued(now + seconds))).toEqual([
      'revoked',
      'unknown',
      'unknown',
      'unknown',
      'live',
    ]);
  });

  it('OpenID Connect Core 1.0 §8.1: who a pairwise subject is, it does not know, so that any person may be meant', () => {
    const index = complete();
    const { subject: _, ...pairwise } = token;
    expect(index.holds(pairwise)).toBe('live');
    index.add(facts['the person']!);
    expect(index.holds(pairwise)).toBe('unknown');
    expect(index.isRevoked(pairwise)).toBe(false);
    expect(index.holds({ ...pairwise, issuedAt: now + 61 })).toBe('live');
    index.add(facts['its authorization']!);
    expect(index.holds(pairwise)).toBe('revoked');
  });

  it('a later revocation of the same person counts, an earlier one that comes late does not undo it', () => {
    const index = complete();
    const at = (seconds: number): RevocationFact => ({
      event: 'subjectRevoked',
      data: { subject: 'anna', at: seconds },
    });
    index.add(at(now - 5000));
    expect(index.holds(token)).toBe('live');
    index.add(at(now));
    index.add(at(now - 5000));
    expect(index.holds(token)).toBe('revoked');
    expect(index.size).toBe(1);
  });

  it('an id that names no authorization is not known to hold', () => {
    const index = complete();
    const old = { ...token, tokenId: 'b2c1e0a8' };
    expect(index.holds(old)).toBe('unknown');
    expect(index.holds({ ...old, authorizationId: 'auth' })).toBe('live');
    index.add({ event: 'tokenRevoked', data: { tokenId: old.tokenId, at: now } });
    expect(index.holds(old)).toBe('revoked');
  });
});

describe('how far back it goes', () => {
  it('knows nothing before it is told from when on it is complete; what is revoked it knows at once', () => {
    const index = revocationIndex();
    expect(index.holds(token)).toBe('unknown');
    index.add(facts['the token']!);
    expect(index.holds(token)).toBe('revoked');
    index.completeFrom(token.issuedAt - 60);
    expect(index.holds({ ...token, tokenId: 'auth.two' })).toBe('live');
    expect(index.holds({ ...token, tokenId: 'auth.two', issuedAt: token.issuedAt - 1 })).toBe('unknown');
  });

  it('forgets what is old, and says so', () => {
    const index = complete();
    for (let at = 0; at < 10; at += 1) index.add({ event: 'tokenRevoked', data: { tokenId: `a.${at}`, at: now + at } });
    index.forget(now + 4);
    expect(index.size).toBe(6);
    expect(index.completeSince).toBe(now + 4);
    const state = (at: number, issuedAt: number) => index.holds({ ...token, tokenId: `a.${at}`, issuedAt });
    expect([state(3, now), state(4, now), state(3, now + 64)]).toEqual(['unknown', 'revoked', 'live']);
    index.forget(now);
    expect(index.completeSince).toBe(now + 4);
  });

  it('is bounded: when there are too many the oldest go, and a token of their time is no longer known', () => {
    const index = complete(100);
    for (let at = 0; at < 10_000; at += 1)
      index.add({ event: 'tokenRevoked', data: { tokenId: `a.${at}`, at: now + at } });
    expect(index.size).toBe(100);
    expect(index.completeSince).toBe(now + 9900);
    const issuedAt = now + 9000;
    expect(index.holds({ ...token, tokenId: 'a.9899', issuedAt })).toBe('unknown');
    expect(index.holds({ ...token, tokenId: 'a.9900', issuedAt })).toBe('revoked');
  });

  it('one session that takes more than there is room for stays within it', () => {
    const index = complete(100);
    const authorizationIds = Array.from({ length: 5000 }, (_, at) => `auth-${at}`);
    index.add({ event: 'sessionEnded', data: { at: now, authorizationIds } });
    expect(index.size).toBe(100);
    expect(index.holds({ ...token, tokenId: 'auth-0.x' })).toBe('unknown');
    expect(index.holds({ ...token, tokenId: 'auth-4999.x' })).toBe('revoked');
  });

  it('names that are alike are kept apart', () => {
    const index = complete();
    index.add({ event: 'tokenRevoked', data: { tokenId: '__proto__', at: now } });
    index.add({ event: 'clientRevoked', data: { clientId: 'constructor', at: now } });
    expect(index.holds(token)).toBe('live');
    expect(index.holds({ ...token, tokenId: '__proto__' })).toBe('revoked');
    expect(index.holds({ ...token, clientId: 'constructor' })).toBe('revoked');
  });
});

describe('RFC 7519 §4.1.7: the id of an access token', () => {
  it.each([
    ['2026_11-5f.x', '2026_11-5f'],
    ['a.b.c', 'a.b'],
    ['5f', undefined],
    ['.x', undefined],
    ['a.', undefined],
    ['', undefined],
  ])('%j names %j', (id, authorization) => expect(authorizationOfTokenId(id)).toBe(authorization));

  it('is made so that it is read back', () => expect(authorizationOfTokenId(tokenIdOf('a.b', 'c'))).toBe('a.b'));
});

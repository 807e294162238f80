import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { revocationIndex } from '@portico/revocation';
import { setTimeout as pause } from 'node:timers/promises';
import { saidInError, startFollower } from './follower.fixture.js';
import { polledRevocations, type PolledRevocationsOptions, type RevocationSource } from './index.js';
import { newProvider, now, type Provider } from './provider.fixture.js';

let provider: Provider;
const sources: RevocationSource[] = [];
beforeEach(async () => {
  provider = await newProvider();
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.close()));
  await provider.stop().catch(() => undefined);
});

const page = (tokenIds: string[], more: object = {}) => ({
  revocations: tokenIds.map((tokenId) => ({ event: 'tokenRevoked', data: { tokenId, at: now } })),
  cursor: `${now}.${tokenIds.length}`,
  complete_since: now - 86_400,
  behind_seconds: 0,
  more: false,
  ...more,
});
const follow = (more: Partial<PolledRevocationsOptions> = {}): RevocationSource => {
  const index = revocationIndex();
  // The facts of the test are of another time than the machine's.
  const source = polledRevocations({
    url: `${new URL(provider.issuer).origin}/feed`,
    client: { clientId: 'api: ü', clientSecret: 'a+b' },
    everyMs: 50,
    staleAfterMs: 500,
    index: { ...index, holds: (token) => index.holds(token), forget: () => undefined },
    ...more,
  });
  sources.push(source);
  return source;
};
const state = (source: RevocationSource, tokenId: string) =>
  source.holds({ tokenId, clientId: 'web', issuedAt: now - 600 });
const until = async (holds: () => boolean): Promise<void> => {
  const giveUpAt = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error('it did not come about');
    await pause(5);
  }
};

describe('RFC 7009 §2.1: revocations by asking', () => {
  it('begins without a cursor and goes on after the last', async () => {
    provider.answers['/feed'] = page(['auth.one']);
    const source = follow();
    expect(source.isCurrent()).toBe(false);
    await until(() => source.isCurrent());
    expect([state(source, 'auth.one'), state(source, 'auth.two')]).toEqual(['revoked', 'live']);
    provider.answers['/feed'] = page(['auth.two'], { cursor: `${now}.9` });
    await until(() => state(source, 'auth.two') === 'revoked');
    await until(() => provider.forms.at(-1)?.get('after') === `${now}.9`);
    expect(provider.forms[0]?.has('after')).toBe(false);
    expect(provider.forms[1]?.get('after')).toBe(`${now}.1`);
  });

  it('is not current before the last page', async () => {
    provider.answers['/feed'] = page(['auth.one'], { more: true });
    const source = follow();
    await until(() => (provider.asked['/feed'] ?? 0) > 3);
    expect(source.isCurrent()).toBe(false);
    provider.answers['/feed'] = page(['auth.two']);
    await until(() => source.isCurrent());
    expect(state(source, 'auth.one')).toBe('revoked');
  });

  it('what waits to be published makes it older', async () => {
    provider.answers['/feed'] = page([], { behind_seconds: 3 });
    const source = follow({ staleAfterMs: 3500 });
    await until(() => source.isCurrent());
    expect(source.stalenessMs()).toBeGreaterThanOrEqual(3000);
    expect(follow().isCurrent()).toBe(false);
  });

  it('while the provider is away it grows stale, and is current again when it is back', async () => {
    provider.answers['/feed'] = page([]);
    const source = follow();
    await until(() => source.isCurrent());
    await provider.stop();
    await until(() => !source.isCurrent());
    await provider.start();
    await until(() => source.isCurrent());
  });

  it('a process that stood still believes no answer that has waited meanwhile', async () => {
    const at = Math.floor(Date.now() / 1000);
    const revoked: string[] = [];
    const answer = () => {
      const revocations = revoked.map((tokenId) => ({ event: 'tokenRevoked', data: { tokenId, at } }));
      provider.answers['/feed'] = { ...page([]), revocations, complete_since: at - 86_400 };
    };
    answer();
    const options = {
      url: `${new URL(provider.issuer).origin}/feed`,
      client: { clientId: 'api', clientSecret: 'secret' },
      everyMs: 20,
      staleAfterMs: 500,
    };
    const follower = await startFollower(`polledRevocations(${JSON.stringify(options)})`);
    const revoke = async () => {
      // What it has asked is answered while it does not look.
      await pause(20);
      revoked.push(`auth.${revoked.length}`);
      answer();
      return revoked.at(-1)!;
    };
    try {
      for (const stoppedMs of [100, 450, 550, 900, 1500, 550, 900, 1500]) {
        while (!(await follower.ask('auth')).current) await pause(10);
        expect(await saidInError(follower, { stoppedMs, boundMs: 500, revoke })).toEqual([]);
      }
    } finally {
      await follower.process.stop(5000);
    }
  }, 60_000);

  it.each<[string, object | number]>([
    ['an error', 500],
    ['a refusal', 401],
    ['a list', []],
    ['a page without a cursor', page([], { cursor: undefined })],
    ['facts that are none', page([], { revocations: {} })],
    ['a time that is none', page([], { complete_since: 'now' })],
  ])('%s makes nothing current', async (_, answer) => {
    provider.answers['/feed'] = answer;
    const source = follow();
    await until(() => (provider.asked['/feed'] ?? 0) > 2);
    expect(source.isCurrent()).toBe(false);
    provider.answers['/feed'] = page(['auth.one']);
    await until(() => source.isCurrent());
  });

  it('with a cursor that is too old it begins anew', async () => {
    provider.answers['/feed'] = page(['auth.one']);
    const source = follow();
    await until(() => source.isCurrent());
    provider.answers['/feed'] = 400;
    const asked = provider.forms.length;
    await until(() => provider.forms.length > asked + 2);
    expect(provider.forms.at(-1)?.has('after')).toBe(false);
    provider.answers['/feed'] = page([], { complete_since: now });
    await until(() => state(source, 'auth.two') === 'unknown');
    expect(state(source, 'auth.one')).toBe('revoked');
  });

  it('is closed while it waits for an answer', async () => {
    const source = follow({ url: 'http://127.0.0.1:9/', everyMs: 60_000 });
    await pause(20);
    const beganAt = performance.now();
    await source.close();
    expect(performance.now() - beganAt).toBeLessThan(1000);
  });
});

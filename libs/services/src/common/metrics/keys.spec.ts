import { expect, it } from '@jest/globals';
import { standardSettings } from '@portico/config';
import { systemClock } from '@portico/endpoint';
import type { StoredKey } from '@portico/jwt';
import { measureKeys } from './keys.js';
import { newMetrics } from './metrics.js';

const key = (alg: StoredKey['alg'], signsFrom: number, retiredAt?: number): StoredKey => ({
  kid: `${alg}-${signsFrom}`,
  alg,
  publicJwk: {},
  sealedPrivateJwk: 'sealed',
  announcedAt: signsFrom - 10,
  signsFrom,
  ...(retiredAt === undefined ? {} : { retiredAt }),
  longestTokenSeconds: 1,
});

it('OpenID Connect Core 1.0 §10.1.1: tells how old the key is that signs, and when the next one does', async () => {
  const metrics = newMetrics();
  const now = systemClock();
  const keys = [
    key('ES256', now - 500, now - 200),
    key('ES256', now - 200, now + 1_000),
    key('ES256', now + 1_000),
    key('RS256', now - 50),
  ];
  measureKeys(metrics, {
    keys: { stored: () => keys },
    settings: { current: () => standardSettings },
    clock: systemClock,
  });
  const text = await metrics.text();
  const valueOf = (series: string) => Number(text.split(`\n${series} `)[1]?.split('\n')[0]);
  // The clock may have gone on.
  expect(valueOf('portico_key_signing_age_seconds{alg="ES256"}') - 200).toBeLessThan(5);
  expect(valueOf('portico_key_signing_age_seconds{alg="RS256"}') - 50).toBeLessThan(5);
  expect(1_000 - valueOf('portico_key_next_seconds{alg="ES256"}')).toBeLessThan(5);
  expect(text).not.toContain('portico_key_next_seconds{alg="RS256"}');
  expect(
    ['announced', 'signing', 'retired'].map((state) => valueOf(`portico_keys{alg="ES256",state="${state}"}`)),
  ).toEqual([1, 1, 1]);
  expect(valueOf('portico_key_rotation_seconds')).toBe(standardSettings.key_rotation_seconds);
  expect(text).not.toContain('sealed');
});

import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const consentStoreSuite = (stores: () => OpenStores): void => {
  test('adds to the scopes that are remembered', async () => {
    const [subject, clientId] = [randomUUID(), randomUUID()];
    await stores().consents.remember({ subject, clientId, scopes: ['openid', 'email', 'openid'], at: now });
    await stores().consents.remember({ subject, clientId, scopes: ['profile', 'email'], at: now + 5 });
    const consent = await stores().consents.find(subject, clientId);
    expect(consent).toEqual({ subject, clientId, scopes: ['openid', 'email', 'profile'], at: now + 5 });
  });

  test('is one person’s for one client', async () => {
    const [subject, clientId] = [randomUUID(), randomUUID()];
    await stores().consents.remember({ subject, clientId, scopes: ['openid'], at: now });
    expect(await stores().consents.find(subject, randomUUID())).toBeUndefined();
    expect(await stores().consents.find(randomUUID(), clientId)).toBeUndefined();
    expect(await stores().consents.find(clientId, subject)).toBeUndefined();
  });

  test('loses nothing of what is remembered at once', async () => {
    const [subject, clientId] = [randomUUID(), randomUUID()];
    await atOnce(20, (index) =>
      stores().consents.remember({ subject, clientId, scopes: ['openid', `scope-${index}`], at: now + index }),
    );
    const consent = await stores().consents.find(subject, clientId);
    expect(consent?.scopes).toHaveLength(21);
    expect(consent?.at).toBe(now + 19);
  });

  test.each(hostile)('what is not there is not found: %j', async (text) => {
    expect(await stores().consents.find(text, text)).toBeUndefined();
  });
};

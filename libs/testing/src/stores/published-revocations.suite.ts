import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { anAccessToken, anAuthorization, aSession, atOnce, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const publishedRevocationsSuite = (stores: () => OpenStores): void => {
  const granted = async (more: object = {}) => {
    const authorization = anAuthorization(more);
    await stores().tokens.begin(authorization, [anAccessToken(authorization)]);
    return authorization.id;
  };
  const revoke = (id: string, at = now) => stores().tokens.revokeAuthorization(id, 'test', at);
  const end = async () => {
    let position = '0';
    await stores().facts();
    for (let more = true; more;) ({ position, more } = await stores().publishedRevocations.after(position, 1000));
    return position;
  };
  const after = (position: string, limit = 1000) => stores().publishedRevocations.after(position, limit);
  const revoked = (authorizationId: string, at = now) => ({
    event: 'authorizationRevoked',
    data: { authorizationId, clientId: 'a-client', reason: 'test', at },
  });

  test('after the last there is nothing; what comes then is there once, in order', async () => {
    const before = await end();
    expect(await after(before)).toEqual({ facts: [], position: before, more: false });
    const ids = [await granted(), await granted(), await granted()];
    for (const [index, id] of ids.entries()) await revoke(id, now + index);
    await stores().facts();
    const page = await after(before);
    expect(page.facts).toEqual(ids.map((id, index) => revoked(id, now + index)));
    expect(page.more).toBe(false);
    expect(await after(page.position)).toEqual({ facts: [], position: page.position, more: false });
  });

  test('page by page nothing is lost and nothing comes twice', async () => {
    const before = await end();
    const ids = await atOnce(7, () => granted());
    for (const id of ids) await revoke(id);
    await stores().facts();
    const found: unknown[] = [];
    for (let [position, more] = [before, true]; more;) {
      const page = await after(position, 3);
      expect(page.facts.length).toBeLessThanOrEqual(3);
      found.push(...page.facts);
      ({ position, more } = page);
    }
    expect(found).toEqual(ids.map((id) => revoked(id)));
  });

  test('the authorizations of a session that ended are told with it', async () => {
    const before = await end();
    const session = aSession();
    await stores().sessions.start(session, randomUUID());
    const id = await granted({ sid: session.sid, subject: session.subject });
    await stores().sessions.end(session.sid, 'test', now);
    await stores().facts();
    expect((await after(before)).facts).toMatchObject([{ event: 'sessionEnded', data: { authorizationIds: [id] } }]);
  });
};

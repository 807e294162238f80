import { expect, test } from '@jest/globals';
import { auditEventName } from '@portico/admin';
import { randomUUID } from 'node:crypto';
import {
  aCode,
  aDeviceCode,
  anAccessToken,
  anAuthorization,
  aRefreshToken,
  aSession,
  atOnce,
  hostile,
  now,
} from './fixtures.js';
import { auditOf, twice } from './audited.js';
import type { OpenStores } from './stores.js';

const by = { requestId: 'request-1', ip: '192.0.2.7', userAgent: 'Browser/1 浏览器' };
const when = { at: now, by };

/** What is stored beside the fact that it tells of; the stores have their own suites for the facts. */
export const auditSuite = (stores: () => OpenStores): void => {
  const { time, list, told, about } = auditOf(stores);

  const begun = async (more = {}, from = by) => {
    const authorization = anAuthorization({ clientId: randomUUID(), subject: randomUUID(), ...more });
    const [access, refresh] = [anAccessToken(authorization), aRefreshToken(authorization)];
    await stores().tokens.begin(authorization, [access, refresh], from);
    return { authorization, access, refresh, client: authorization.clientId };
  };
  const ofAuthorization = ({ authorization }: Awaited<ReturnType<typeof begun>>) => ({
    clientId: authorization.clientId,
    subject: authorization.subject,
    authorizationId: authorization.id,
  });

  test('an event has a name of its own, a time, who asked and from where, and which process wrote it', async () => {
    const { client } = await begun();
    const [event, ...others] = await told({ clientId: client });
    expect(others).toEqual([]);
    expect(event).toMatchObject({ event: 'tokens_issued', ...by });
    expect(event?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Math.abs(time() - event!.at)).toBeLessThan(60);
    expect(event?.process).toMatch(/./);
  });

  test('tokens are issued: their names and the scope, or that of what they were exchanged for', async () => {
    const first = await begun();
    const next = [anAccessToken(first.authorization), aRefreshToken(first.authorization)] as const;
    expect(await stores().tokens.exchange({ hash: first.refresh.hash, at: now, by: 'x' }, next, by)).toBe(true);
    const more = anAccessToken(first.authorization);
    expect(await stores().tokens.add(first.authorization.id, [more], by)).toBe(true);
    const issued = { event: 'tokens_issued', ...ofAuthorization(first) };
    expect(await about({ clientId: first.client })).toEqual([
      { ...issued, detail: { access_token: more.id } },
      { ...issued, detail: { access_token: next[0].id, refresh_token: next[1].id, from: 'refresh_token' } },
      {
        ...issued,
        detail: { access_token: first.access.id, refresh_token: first.refresh.id, scope: ['openid', 'profile'] },
      },
    ]);
    expect(new Set((await told({ clientId: first.client })).map(({ requestId }) => requestId))).toEqual(
      new Set(['request-1']),
    );
  });

  test('a code is issued; a device is approved; a client that acts for itself has nobody', async () => {
    const clientId = randomUUID();
    const authorization = anAuthorization({ clientId });
    const code = aCode(authorization);
    await stores().tokens.begin(authorization, [code], by);
    const approved = anAuthorization({ clientId });
    const deviceCode = aDeviceCode(approved);
    const device = { deviceCodeHash: deviceCode.hash, userCode: randomUUID(), clientId, scope: [], intervalSeconds: 5 };
    await stores().devices.begin({ ...device, expiresAt: now + 600 });
    expect(await stores().devices.approve(approved, deviceCode, by)).toBe(true);
    expect(await stores().devices.approve({ ...approved, id: randomUUID() }, deviceCode, by)).toBe(false);
    const { subject: _, ...alone } = anAuthorization({ clientId });
    await stores().tokens.begin(alone, [anAccessToken(alone)]);
    const events = await told({ clientId });
    expect(events.map(({ event }) => event)).toEqual(['tokens_issued', 'device_approved', 'code_issued']);
    expect(events[0]).not.toHaveProperty('subject');
    for (const name of ['ip', 'userAgent', 'requestId']) expect(events[0]).not.toHaveProperty(name);
    expect(events[1]).toMatchObject({ authorizationId: approved.id, detail: { device_code: deviceCode.id } });
    expect(events[2]).toMatchObject({ authorizationId: authorization.id, detail: { code: code.id } });
  });

  test('what did not happen is not told: of 20 that exchange at once one is', async () => {
    const first = await begun();
    const won = await atOnce(20, () =>
      stores().tokens.exchange({ hash: first.refresh.hash, at: now, by: 'x' }, [anAccessToken(first.authorization)]),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await told({ clientId: first.client })).toHaveLength(2);
    await stores().tokens.revokeAuthorization(first.authorization.id, 'test', when);
    expect(await stores().tokens.add(first.authorization.id, [anAccessToken(first.authorization)], by)).toBe(false);
    expect(await told({ clientId: first.client })).toHaveLength(3);
  });

  test('what fails leaves neither the fact nor its event', async () => {
    const first = await begun();
    const next = { ...anAccessToken(first.authorization), hash: first.access.hash };
    await expect(stores().tokens.exchange({ hash: first.refresh.hash, at: now, by: 'x' }, [next])).rejects.toThrow();
    await expect(stores().tokens.begin({ ...first.authorization, id: randomUUID() }, [next], by)).rejects.toThrow();
    expect((await stores().tokens.find(first.refresh.hash))?.token.consumedAt).toBeUndefined();
    expect(await told({ clientId: first.client })).toHaveLength(1);
    const session = aSession();
    await stores().sessions.start(session, randomUUID(), by);
    await expect(stores().sessions.start(session, randomUUID(), by)).rejects.toThrow();
    expect(await told({ subject: session.subject })).toHaveLength(1);
  });

  test('tokens and authorizations are revoked: once, and why', async () => {
    const first = await begun();
    await twice(() => stores().tokens.revokeToken(first.access.hash, when));
    await twice(() => stores().tokens.revokeAuthorization(first.authorization.id, 'code_replayed', when));
    const events = await told({ clientId: first.client });
    expect(events.slice(0, 2).map(({ event, detail, ip }) => ({ event, detail, ip }))).toEqual([
      { event: 'authorization_revoked', detail: { reason: 'code_replayed' }, ip: by.ip },
      { event: 'token_revoked', detail: { kind: 'access_token', token: first.access.id }, ip: by.ip },
    ]);
    expect(events).toHaveLength(3);
    expect(await about({ clientId: first.client, event: 'token_revoked' })).toMatchObject([ofAuthorization(first)]);
  });

  test('a person signs in, signs in again, and out', async () => {
    const session = aSession({ amr: ['pwd', 'otp'] });
    const { sid, subject } = session;
    await stores().sessions.start(session, randomUUID(), by);
    expect(await stores().sessions.renew({ ...session, amr: ['pwd'] }, randomUUID(), by)).toBe(true);
    expect(await stores().sessions.renew({ ...session, subject: 'another' }, randomUUID(), by)).toBe(false);
    await begun({ sid, subject });
    await twice(() => stores().sessions.end(sid, 'logout', when));
    const events = await about({ subject });
    expect(events.filter(({ event }) => event !== 'tokens_issued')).toEqual([
      { event: 'session_ended', subject, sid, detail: { reason: 'logout', authorizations: 1 } },
      { event: 'signed_in', subject, sid, detail: { amr: ['pwd'] } },
      { event: 'signed_in', subject, sid, detail: { amr: ['pwd', 'otp'] } },
    ]);
    for (const event of await told({ subject, event: 'signed_in' })) expect(event).toMatchObject(by);
    expect(await told({ subject, event: 'session_ended' })).toMatchObject([by]);
    const late = await begun({ sid, subject });
    expect(await about({ clientId: late.client })).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'authorization_revoked', detail: { reason: 'session_ended' } }),
      ]),
    );
  });

  test('a sign-in fails: whose account, where there is one, and never what was typed', async () => {
    const subject = randomUUID();
    await stores().attempts.failed({ authenticator: 'password', subject }, by);
    await stores().attempts.failed({ authenticator: 'password' }, { ...by, requestId: subject });
    expect(await told({ subject })).toMatchObject([
      { event: 'sign_in_failed', detail: { authenticator: 'password' }, ...by },
    ]);
    const unknown = (await told({ event: 'sign_in_failed' })).find(({ requestId }) => requestId === subject);
    expect(unknown).toBeDefined();
    expect(unknown).not.toHaveProperty('subject');
  });

  test('a person consents', async () => {
    const [subject, clientId] = [randomUUID(), randomUUID()];
    await stores().consents.remember({ subject, clientId, scopes: ['openid', 'openid', 'email'], at: now }, by);
    expect(await about({ subject })).toEqual([
      { event: 'consent_granted', subject, clientId, detail: { scope: ['openid', 'email'] } },
    ]);
    expect(await told({ subject })).toMatchObject([by]);
  });

  test('only what is asked for, the newest first, page by page, however many are written meanwhile', async () => {
    const { client, authorization } = await begun();
    await atOnce(24, () => stores().tokens.add(authorization.id, [anAccessToken(authorization)], by));
    const filter = { since: time() - 3600, until: time() + 60, clientId: client };
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await stores().auditLog.list(filter, { limit: 10, ...(after === undefined ? {} : { after }) });
      expect(page.events.length).toBeLessThanOrEqual(10);
      seen.push(...page.events.map(({ id }) => id));
      await stores().tokens.add(authorization.id, [anAccessToken(authorization)], by);
      after = page.next;
    } while (after !== undefined);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    const times = (await told({ clientId: client })).map(({ at }) => at);
    expect(times).toEqual([...times].sort((one, other) => other - one));
    const exact = await stores().auditLog.list({ ...filter, until: filter.until }, { limit: 28 });
    expect(exact.events).toHaveLength(28);
    expect(exact).not.toHaveProperty('next');
  });

  test('from a time on, and before one', async () => {
    const { client } = await begun();
    const [{ at } = { at: 0 }] = await told({ clientId: client });
    expect(await told({ clientId: client, since: at + 1 })).toEqual([]);
    expect(await told({ clientId: client, until: at - 1 })).toEqual([]);
    expect(await told({ clientId: client, since: at - 1, until: at + 1 })).toHaveLength(1);
  });

  test.each(hostile)('whatever a browser calls itself, what it asked for happens: %j', async (text) => {
    const session = aSession();
    const from = { requestId: text, ip: text, userAgent: text };
    await stores().sessions.start(session, randomUUID(), from);
    expect(await stores().sessions.renew(session, randomUUID(), from)).toBe(true);
    const { client, authorization, refresh } = await begun({}, from);
    expect(
      await stores().tokens.exchange({ hash: refresh.hash, at: now, by: 'x' }, [anAccessToken(authorization)], from),
    ).toBe(true);
    expect(await stores().tokens.revokeAuthorization(authorization.id, 'test', { at: now, by: from })).toBeDefined();
    expect(await stores().sessions.end(session.sid, 'test', { at: now, by: from })).toBeDefined();
    const events = [...(await told({ clientId: client })), ...(await told({ subject: session.subject }))];
    expect(events).toHaveLength(6);
    for (const { userAgent = '', ip = '', requestId = '' } of events) {
      expect(userAgent).toBe(text.replaceAll('\0', '').slice(0, 400));
      expect(ip).toBe(text.replaceAll('\0', '').slice(0, 64));
      expect(requestId).toBe(text.replaceAll('\0', '').slice(0, 64));
    }
  });

  test.each(hostile)('nothing is found under what is not there: %j', async (text) => {
    expect(await list({ subject: text })).toEqual({ events: [] });
    expect(await list({ clientId: text })).toEqual({ events: [] });
  });

  test('half of a letter is kept as none', async () => {
    const { client } = await begun({}, { ...by, userAgent: `${'x'.repeat(399)}😀\ud800` });
    expect((await told({ clientId: client }))[0]?.userAgent).toBe(`${'x'.repeat(399)}\ufffd`);
  });

  test('every event has a name that can be asked for', async () => {
    for (const event of auditEventName.options)
      for (const found of await told({ event })) expect(found.event).toBe(event);
  });
};

import { expect, test } from '@jest/globals';
import { dayOf } from '@portico/endpoint';
import { randomUUID } from 'node:crypto';
import type { WaitingDevice } from '@portico/oidc';
import { aDeviceCode, anAccessToken, anAuthorization, aSession, atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const deviceStoreSuite = (stores: () => OpenStores): void => {
  const begun = async (more: Partial<WaitingDevice> = {}): Promise<WaitingDevice> => {
    const device = {
      deviceCodeHash: randomUUID(),
      userCode: randomUUID(),
      clientId: 'a-client',
      scope: ['openid', 'offline_access'],
      intervalSeconds: 5,
      expiresAt: now + 600,
      ...more,
    };
    expect(await stores().devices.begin(device)).toBe(true);
    return device;
  };
  const pollAt = (device: WaitingDevice, seconds: readonly number[]) =>
    seconds.reduce<Promise<unknown[]>>(
      async (states, second) => [
        ...(await states),
        await stores().devices.poll(device.deviceCodeHash, device.clientId, now + second),
      ],
      Promise.resolve([]),
    );
  const approve = ({ deviceCodeHash: hash, expiresAt }: WaitingDevice, authorization = anAuthorization(), at = now) =>
    stores().devices.approve(authorization, aDeviceCode(authorization, { hash, issuedAt: at, expiresAt }));

  test('is found by its user code until it expires', async () => {
    const device = await begun();
    expect(await stores().devices.find(device.userCode, now)).toEqual(device);
    expect(await stores().devices.find(device.userCode, device.expiresAt - 1)).toEqual(device);
    expect(await stores().devices.find(device.userCode, device.expiresAt)).toBeUndefined();
    expect(await approve(device, anAuthorization(), device.expiresAt)).toBe(false);
    expect(await stores().devices.deny(device.deviceCodeHash, device.expiresAt)).toBe(false);
  });

  test.each(hostile)('what is not there is not found: %j', async (text) => {
    expect(await stores().devices.find(text, now)).toBeUndefined();
    expect(await stores().devices.deny(text, now)).toBe(false);
    expect(await stores().devices.poll(text, 'a-client', now)).toBeUndefined();
  });

  test('RFC 8628 §3.2: of 20 that draw the same user code at once one has it; answered, it is free again', async () => {
    const userCode = randomUUID();
    const draw = () =>
      stores().devices.begin({
        deviceCodeHash: randomUUID(),
        userCode,
        clientId: 'a-client',
        scope: [],
        intervalSeconds: 5,
        expiresAt: now + 600,
      });
    expect((await atOnce(20, draw)).filter(Boolean)).toHaveLength(1);
    const first = await stores().devices.find(userCode, now);
    expect(await approve(first!)).toBe(true);
    expect(await stores().devices.find(userCode, now)).toBeUndefined();
    expect(await draw()).toBe(true);
    const second = await stores().devices.find(userCode, now);
    expect(second?.deviceCodeHash).not.toBe(first?.deviceCodeHash);
    expect(await stores().devices.deny(second!.deviceCodeHash, now)).toBe(true);
    expect(await stores().devices.find(userCode, now)).toBeUndefined();
  });

  test('RFC 8628 §3.5: a poll that comes too early is told to slow down, by 5 seconds each time', async () => {
    const device = await begun();
    const states = await pollAt(device, [0, 5, 9, 12, 22, 31]);
    // 9 is a second early, which clocks of whole seconds cannot tell; after 12 the interval is 10.
    expect(states).toEqual(['pending', 'pending', 'pending', 'slow_down', 'pending', 'pending']);
    expect(await pollAt(device, [32, 33, 53, 60])).toEqual(['slow_down', 'slow_down', 'pending', 'slow_down']);
    expect(await stores().devices.find(device.userCode, now)).toMatchObject({ intervalSeconds: 25 });
  });

  test('RFC 8628 §3.5: of 20 polls at once, one is in time', async () => {
    const device = await begun();
    const states = await atOnce(20, () => stores().devices.poll(device.deviceCodeHash, device.clientId, now));
    expect(states.filter((state) => state === 'pending')).toHaveLength(1);
    expect(states.filter((state) => state === 'slow_down')).toHaveLength(19);
    expect(await stores().devices.find(device.userCode, now)).toMatchObject({ intervalSeconds: 5 + 19 * 5 });
  });

  test('RFC 8628 §3.4: another client learns nothing, and its polls do not count', async () => {
    const device = await begun();
    expect(await stores().devices.poll(device.deviceCodeHash, 'another', now)).toBeUndefined();
    expect(await stores().devices.poll(device.deviceCodeHash, 'another', now)).toBeUndefined();
    expect(await pollAt(device, [0])).toEqual(['pending']);
  });

  test('RFC 8628 §3.5: tells what was answered, however early, and that it is too late', async () => {
    const [approved, denied, forgotten] = [await begun(), await begun(), await begun()];
    await approve(approved);
    await stores().devices.deny(denied.deviceCodeHash, now);
    expect(await pollAt(approved, [0, 1, 600])).toEqual(['approved', 'approved', 'expired']);
    expect(await pollAt(denied, [0, 1, 600])).toEqual(['denied', 'denied', 'denied']);
    expect(await pollAt(forgotten, [0, 600, 601])).toEqual(['pending', 'expired', 'expired']);
  });

  test('of 20 that answer at once one does; what the others would have granted is not there', async () => {
    const device = await begun();
    const authorizations = Array.from({ length: 20 }, () => anAuthorization());
    const answered = await atOnce(20, (index) =>
      index % 2 === 0 ? approve(device, authorizations[index]) : stores().devices.deny(device.deviceCodeHash, now),
    );
    expect(answered.filter(Boolean)).toHaveLength(1);
    const [state] = await pollAt(device, [0]);
    const held = await stores().tokens.find(device.deviceCodeHash);
    expect(state).toBe(answered.indexOf(true) % 2 === 0 ? 'approved' : 'denied');
    expect(held?.authorization.id).toBe(state === 'approved' ? authorizations[answered.indexOf(true)]?.id : undefined);
  });

  test.each([
    ['names its part', () => `${dayOf(now + 600)}..${randomUUID()}`],
    ['names none', () => randomUUID()],
  ])('RFC 8628 §3.4: the approved code that %s is exchanged once, of 20 at once', async (_, deviceCodeHash) => {
    const device = await begun({ deviceCodeHash: deviceCodeHash() });
    const authorization = anAuthorization({ subject: 'the person' });
    await approve(device, authorization);
    const held = await stores().tokens.find(device.deviceCodeHash);
    expect(held).toMatchObject({ token: { kind: 'device_code' }, authorization: { subject: 'the person' } });
    const exchanged = await atOnce(20, () =>
      stores().tokens.exchange({ hash: device.deviceCodeHash, at: now, by: 'request' }, [anAccessToken(authorization)]),
    );
    expect(exchanged.filter(Boolean)).toHaveLength(1);
  });

  test('Back-Channel Logout §2.7: where the session ends before the device comes, the approval ends with it', async () => {
    const device = await begun();
    const session = aSession();
    await stores().sessions.start(session, randomUUID());
    const authorization = anAuthorization({ sid: session.sid, scope: ['openid'] });
    await approve(device, authorization);
    await stores().sessions.end(session.sid, 'logout', now);
    const exchanged = stores().tokens.exchange({ hash: device.deviceCodeHash, at: now, by: 'request' }, [
      anAccessToken(authorization),
    ]);
    expect(await exchanged).toBe(false);
  });
};

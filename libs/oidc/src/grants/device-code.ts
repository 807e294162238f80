import { z } from 'zod';
import type { Held } from '../authorization.js';
import { deviceCodeGrant } from '../client.js';
import type { DeviceState } from '../device.js';
import { OAuthError, type ErrorCode } from '../errors.js';
import { tokenKey } from '../token-key.js';
import { grant, type Redemption } from './grant.js';
import { addedAgain, firstSecret, isRepetition } from './repetition.js';

/** @see RFC 8628 §3.4, §3.5 */
export const deviceCode = grant({
  name: deviceCodeGrant,
  params: z.object({ device_code: z.string() }),
  redeem: async (given, client, needs) => {
    const hash = tokenKey(given.device_code, needs.clock());
    const state = await needs.devices.poll(hash, client.id, needs.clock());
    if (state !== 'approved') throw told(state);
    const { authorization, token } = await approvedWith(hash, needs);
    return {
      client,
      authorization,
      scope: authorization.scope,
      ...(authorization.scope.includes('offline_access')
        ? { refreshSecret: firstSecret(given.device_code, needs), predecessor: token }
        : {}),
      save: async (tokens) => {
        const consumption = { hash, at: needs.clock(), by: needs.requestId };
        if (await needs.tokens.exchange(consumption, tokens, needs.by)) return;
        const now = await approvedWith(hash, needs);
        if (!isRepetition(now, needs) || !(await addedAgain(now, tokens, needs))) throw used();
      },
    };
  },
});

const errors: Readonly<Record<Exclude<DeviceState, 'approved'>, [ErrorCode, string]>> = {
  pending: ['authorization_pending', 'The person has not answered yet'],
  slow_down: ['slow_down', 'The device asks too often: it must wait 5 seconds longer from now on'],
  denied: ['access_denied', 'The person has refused'],
  expired: ['expired_token', 'device_code has expired; begin again'],
};

// Of another client's code nothing is told, and nothing is counted.
const told = (state: Exclude<DeviceState, 'approved'> | undefined): OAuthError =>
  state === undefined
    ? new OAuthError('invalid_grant', 'device_code is unknown, or was issued to another client')
    : new OAuthError(...errors[state]);

// Unlike a code, a device code crosses no browser: one that comes again is a device that has missed its answer.
const used = (): OAuthError => new OAuthError('invalid_grant', 'device_code was used already, or its approval revoked');

const approvedWith = async (hash: string, needs: Redemption): Promise<Held> => {
  const held = await needs.tokens.find(hash);
  if (held?.token.kind !== 'device_code' || held.token.revokedAt !== undefined) throw used();
  if (held.token.consumedAt !== undefined && !isRepetition(held, needs)) throw used();
  return held;
};

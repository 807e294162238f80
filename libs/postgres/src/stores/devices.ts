import { slowDownSeconds, type DeviceState, type DeviceStore, type WaitingDevice } from '@portico/oidc';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { changed, first } from '../statement.js';
import { transact } from '../transact.js';
import { tokenStore } from './tokens.js';

const begin = {
  name: 'devices.begin',
  text: `INSERT INTO devices (device_code_hash, user_code, client_id, scope, interval_seconds, early, expires_at)
    VALUES ($1, $2, $3, $4, $5, false, to_timestamp($6)) ON CONFLICT (user_code) DO NOTHING RETURNING 1`,
};
const find = {
  name: 'devices.find',
  text: `SELECT device_code_hash AS "deviceCodeHash", user_code AS "userCode", client_id AS "clientId", scope,
      interval_seconds AS "intervalSeconds", ${epoch('expires_at')} AS "expiresAt"
    FROM devices WHERE user_code = $1 AND expires_at > to_timestamp($2)`,
};
const answer = {
  name: 'devices.answer',
  text: `UPDATE devices SET answer = $2, user_code = NULL
    WHERE device_code_hash = $1 AND answer IS NULL AND expires_at > to_timestamp($3) RETURNING 1`,
};

const isEarly = `coalesce(polled_at + make_interval(secs => interval_seconds - 1) > to_timestamp($3), false)`;
/** The right sides see the row as it was, RETURNING as it is: polls at once are told one after the other. */
const poll = {
  name: 'devices.poll',
  text: `UPDATE devices SET early = ${isEarly}, polled_at = to_timestamp($3),
      interval_seconds = interval_seconds + CASE WHEN ${isEarly} THEN ${slowDownSeconds} ELSE 0 END
    WHERE device_code_hash = $1 AND client_id = $2
    RETURNING CASE WHEN answer = 'denied' THEN 'denied' WHEN expires_at <= to_timestamp($3) THEN 'expired'
      WHEN answer = 'approved' THEN 'approved' WHEN early THEN 'slow_down' ELSE 'pending' END AS state`,
};

export const deviceStore = (database: Database): DeviceStore => ({
  begin: ({ deviceCodeHash, userCode, clientId, scope, intervalSeconds, expiresAt }) =>
    changed(database.run, begin, [deviceCodeHash, userCode, clientId, scope, intervalSeconds, expiresAt]),
  find: (userCode, at) => first<WaitingDevice>(database.run, find, [userCode, at]),
  approve: (authorization, code, by) =>
    transact(database, async (run) => {
      if (!(await changed(run, answer, [code.hash, 'approved', code.issuedAt]))) return false;
      await tokenStore({ run }).begin(authorization, [code], by);
      return true;
    }),
  deny: (deviceCodeHash, at) => changed(database.run, answer, [deviceCodeHash, 'denied', at]),
  poll: async (deviceCodeHash, clientId, at) => {
    const row = await first<{ state: DeviceState }>(database.run, poll, [deviceCodeHash, clientId, at]);
    return row?.state;
  },
});

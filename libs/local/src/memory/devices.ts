import type { EpochSeconds } from '@portico/endpoint';
import { slowDownSeconds, type DeviceStore } from '@portico/oidc';
import { asPort, copyOf, insert, type DeviceRow, type Tables } from './tables.js';
import { begin } from './tokens.js';

export const deviceStore = (tables: Tables): DeviceStore => {
  const { devices } = tables;
  const waits = ({ answer, device }: DeviceRow, at: EpochSeconds): boolean =>
    answer === undefined && device.expiresAt > at;
  const waiting = (hash: string, at: EpochSeconds): DeviceRow | undefined => {
    const row = devices.get(hash);
    return row && waits(row, at) ? row : undefined;
  };
  const answered = (row: DeviceRow, answer: 'approved' | 'denied'): void => {
    devices.set(row.device.deviceCodeHash, { ...row, answer });
  };

  return asPort<DeviceStore>({
    begin: (device) => {
      if (holderOf(tables, device.userCode)) return false;
      insert(devices, device.deviceCodeHash, { device });
      return true;
    },
    find: (userCode, at) => {
      const row = holderOf(tables, userCode);
      return row && waits(row, at) ? copyOf(row.device) : undefined;
    },
    approve: (authorization, code, by) => {
      const row = waiting(code.hash, code.issuedAt);
      if (!row) return false;
      begin(tables, authorization, { issued: [code], by });
      answered(row, 'approved');
      return true;
    },
    deny: (hash, at) => {
      const row = waiting(hash, at);
      if (row) answered(row, 'denied');
      return row !== undefined;
    },
    poll: (hash, clientId, at) => {
      const row = devices.get(hash);
      if (row?.device.clientId !== clientId) return undefined;
      const { device, polledAt, answer } = row;
      const early = polledAt !== undefined && at - polledAt < device.intervalSeconds - 1;
      const intervalSeconds = device.intervalSeconds + (early ? slowDownSeconds : 0);
      devices.set(hash, { ...row, device: { ...device, intervalSeconds }, polledAt: at });
      if (answer === 'denied') return 'denied';
      if (device.expiresAt <= at) return 'expired';
      return answer ?? (early ? 'slow_down' : 'pending');
    },
  });
};

/** Who has that user code: once it is answered, nobody. */
const holderOf = ({ devices }: Tables, userCode: string): DeviceRow | undefined =>
  [...devices.values()].find(({ device, answer }: DeviceRow) => answer === undefined && device.userCode === userCode);

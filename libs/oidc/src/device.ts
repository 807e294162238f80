import type { EpochSeconds } from '@portico/endpoint';
import type { Asked } from './authorization-request.js';

/** A device that waits for a person. @see RFC 8628 §3.2 */
export interface WaitingDevice {
  /** The key of the `device_code`, as a token is stored. */
  readonly deviceCodeHash: string;
  /** As it is compared: eight letters. */
  readonly userCode: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  /** The least time between two polls. */
  readonly intervalSeconds: number;
  readonly expiresAt: EpochSeconds;
}

/** What a device that asks is told. @see RFC 8628 §3.5 */
export type DeviceState = 'pending' | 'slow_down' | 'approved' | 'denied' | 'expired';

/** So much longer a device must wait after each poll that came too early. @see RFC 8628 §3.5 (slow_down) */
export const slowDownSeconds = 5;

/** What a person is asked on behalf of a device. @see RFC 8628 §3.3 */
export interface DeviceRequest extends Asked {
  readonly deviceCodeHash: string;
  readonly expiresAt: EpochSeconds;
}

/** The request that an interaction has kept, where it is a device's. */
export const resumedDevice = ({ request }: { readonly request: unknown }): DeviceRequest | undefined =>
  typeof request === 'object' && request !== null && 'deviceCodeHash' in request
    ? (request as DeviceRequest)
    : undefined;

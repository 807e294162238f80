import { Foundation1764000000000 } from './1764000000000-foundation.js';
import { Devices1764000000010 } from './1764000000010-devices.js';
import { Replays1764000000020 } from './1764000000020-replays.js';
import { AccessKeys1764000000030 } from './1764000000030-access-keys.js';
import { ClientOrigins1764000000040 } from './1764000000040-client-origins.js';

/** In the order in which they are applied. */
export const migrations = [
  Foundation1764000000000,
  Devices1764000000010,
  Replays1764000000020,
  AccessKeys1764000000030,
  ClientOrigins1764000000040,
];

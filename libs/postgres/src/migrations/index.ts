import { Foundation1764000000000 } from './1764000000000-foundation.js';
import { Devices1764000000010 } from './1764000000010-devices.js';
import { Replays1764000000020 } from './1764000000020-replays.js';
import { AccessKeys1764000000030 } from './1764000000030-access-keys.js';
import { ClientOrigins1764000000040 } from './1764000000040-client-origins.js';
import { PasswordKeys1764000000050 } from './1764000000050-password-keys.js';
import { KeyRotation1764000000100 } from './1764000000100-key-rotation.js';
import { LogoutDeliveries1764000000110 } from './1764000000110-logout-deliveries.js';
import { SessionUse1764000000130 } from './1764000000130-session-use.js';
import { Revocations1764000000140 } from './1764000000140-revocations.js';
import { Partitions1764000000150 } from './1764000000150-partitions.js';
import { OneStatement1764000000160 } from './1764000000160-one-statement.js';
import { Repetitions1764000000165 } from './1764000000165-repetitions.js';
import { AuditEvents1764000000170 } from './1764000000170-audit-events.js';
import { ParticipantFaces1764000000175 } from './1764000000175-participant-faces.js';
import { RevokedSessions1764000000176 } from './1764000000176-revoked-sessions.js';
import { SetPassword1764000000177 } from './1764000000177-set-password.js';
import { WaitingAsText1764000000178 } from './1764000000178-waiting-as-text.js';

/** In the order in which they are applied. */
export const migrations = [
  Foundation1764000000000,
  Devices1764000000010,
  Replays1764000000020,
  AccessKeys1764000000030,
  ClientOrigins1764000000040,
  PasswordKeys1764000000050,
  KeyRotation1764000000100,
  LogoutDeliveries1764000000110,
  SessionUse1764000000130,
  Revocations1764000000140,
  Partitions1764000000150,
  OneStatement1764000000160,
  Repetitions1764000000165,
  AuditEvents1764000000170,
  ParticipantFaces1764000000175,
  RevokedSessions1764000000176,
  SetPassword1764000000177,
  WaitingAsText1764000000178,
];

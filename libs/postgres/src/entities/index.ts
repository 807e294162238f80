import { AccessKeyEntity } from './access-key.entity.js';
import { AccountEntity, AccountIdentifierEntity } from './account.entity.js';
import { AttemptEntity } from './attempt.entity.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { AuthorizationEntity } from './authorization.entity.js';
import { ClientEntity } from './client.entity.js';
import { ConsentEntity } from './consent.entity.js';
import { DeviceEntity } from './device.entity.js';
import { InstallationKeyEntity } from './installation-key.entity.js';
import { InteractionEntity } from './interaction.entity.js';
import { KeyEntity } from './key.entity.js';
import { LogoutDeliveryEntity } from './logout-delivery.entity.js';
import { OutboxEntity } from './outbox.entity.js';
import { PasswordKeyEntity } from './password-key.entity.js';
import { ReplayEntity } from './replay.entity.js';
import { SessionEntity, SessionParticipantEntity } from './session.entity.js';
import { SettingEntity } from './setting.entity.js';
import { TokenEntity } from './token.entity.js';

export const entities = [
  AccessKeyEntity,
  AccountEntity,
  AccountIdentifierEntity,
  AttemptEntity,
  AuditEventEntity,
  AuthorizationEntity,
  ClientEntity,
  ConsentEntity,
  DeviceEntity,
  InstallationKeyEntity,
  InteractionEntity,
  KeyEntity,
  LogoutDeliveryEntity,
  OutboxEntity,
  PasswordKeyEntity,
  ReplayEntity,
  SessionEntity,
  SessionParticipantEntity,
  SettingEntity,
  TokenEntity,
];

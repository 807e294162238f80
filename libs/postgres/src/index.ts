export {
  closeDatabase,
  isReady,
  migrate,
  migrateDown,
  openDatabase,
  type Database,
  type DatabaseOptions,
} from './data-source.js';
export { logoutBacklog, outboxBacklog } from './backlog.js';
export { outbox } from './outbox.js';
export { keepPartitions } from './keep-partitions.js';
export type { Kept } from './partitions.js';
export { accessKeyStore } from './stores/access-keys.js';
export { accountStore } from './stores/accounts.js';
export { attemptStore } from './stores/attempts.js';
export { auditLog } from './stores/audit-log.js';
export { clientStore } from './stores/clients.js';
export { consentStore } from './stores/consents.js';
export { deviceStore } from './stores/devices.js';
export { installationKeyStore } from './stores/installation-keys.js';
export { interactionStore } from './stores/interactions.js';
export { keyStore } from './stores/keys.js';
export { logoutDeliveries, logoutDeliveryStore } from './stores/logout-deliveries.js';
export { passwordKeyStore } from './stores/password-keys.js';
export { publishedRevocations } from './stores/published-revocations.js';
export { registrations } from './stores/registrations.js';
export { replayStore } from './stores/replays.js';
export { seals } from './stores/seals.js';
export { sessionStore } from './stores/sessions.js';
export { tokenStore } from './stores/tokens.js';
export { sweep } from './sweep.js';

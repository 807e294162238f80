export {
  closeDatabase,
  isReady,
  migrate,
  migrateDown,
  openDatabase,
  type Database,
  type DatabaseOptions,
} from './data-source.js';
export { outbox } from './outbox.js';
export { accessKeyStore } from './stores/access-keys.js';
export { accountStore } from './stores/accounts.js';
export { attemptStore } from './stores/attempts.js';
export { clientStore } from './stores/clients.js';
export { consentStore } from './stores/consents.js';
export { deviceStore } from './stores/devices.js';
export { interactionStore } from './stores/interactions.js';
export { keyStore } from './stores/keys.js';
export { registrations } from './stores/registrations.js';
export { replayStore } from './stores/replays.js';
export { sessionStore } from './stores/sessions.js';
export { tokenStore } from './stores/tokens.js';
export { sweep } from './sweep.js';

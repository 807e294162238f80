import type { Command } from './command.js';
import { accessKeyCreate } from './commands/access-key-create.js';
import { accessKeyDelete } from './commands/access-key-delete.js';
import { accessKeyDisable } from './commands/access-key-disable.js';
import { accessKeyEnable } from './commands/access-key-enable.js';
import { accessKeyList } from './commands/access-key-list.js';
import { accountCreate } from './commands/account-create.js';
import { accountPasswd } from './commands/account-passwd.js';
import { accountSignOut } from './commands/account-sign-out.js';
import { applyCommand } from './commands/apply.js';
import { auditList } from './commands/audit-list.js';
import { clientCreate } from './commands/client-create.js';
import { clientList } from './commands/client-list.js';
import { clientRevoke } from './commands/client-revoke.js';
import { clientRotateSecret } from './commands/client-rotate-secret.js';
import { logoutList } from './commands/logout-list.js';
import { logoutRetry } from './commands/logout-retry.js';
import { keysList } from './commands/keys-list.js';
import { keysReseal } from './commands/keys-reseal.js';
import { keysRevoke } from './commands/keys-revoke.js';
import { keysRotate } from './commands/keys-rotate.js';
import { migrateCommand } from './commands/migrate.js';
import { sessionEnd } from './commands/session-end.js';
import { sessionList } from './commands/session-list.js';

/** Every command: a new one is one file and one line here. */
export const commands: readonly Command[] = [
  applyCommand,
  clientCreate,
  clientList,
  clientRotateSecret,
  clientRevoke,
  accessKeyCreate,
  accessKeyList,
  accessKeyDisable,
  accessKeyEnable,
  accessKeyDelete,
  accountCreate,
  accountPasswd,
  sessionList,
  sessionEnd,
  accountSignOut,
  logoutList,
  logoutRetry,
  keysList,
  keysRotate,
  keysRevoke,
  keysReseal,
  auditList,
  migrateCommand,
];

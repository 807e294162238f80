import type { Command } from './command.js';
import { accessKeyCreate } from './commands/access-key-create.js';
import { accessKeyDelete } from './commands/access-key-delete.js';
import { accessKeyDisable } from './commands/access-key-disable.js';
import { accessKeyEnable } from './commands/access-key-enable.js';
import { accessKeyList } from './commands/access-key-list.js';
import { accountCreate } from './commands/account-create.js';
import { accountPasswd } from './commands/account-passwd.js';
import { applyCommand } from './commands/apply.js';
import { clientCreate } from './commands/client-create.js';
import { clientList } from './commands/client-list.js';
import { clientRotateSecret } from './commands/client-rotate-secret.js';
import { migrateCommand } from './commands/migrate.js';

/** Every command: a new one is one file and one line here. */
export const commands: readonly Command[] = [
  applyCommand,
  clientCreate,
  clientList,
  clientRotateSecret,
  accessKeyCreate,
  accessKeyList,
  accessKeyDisable,
  accessKeyEnable,
  accessKeyDelete,
  accountCreate,
  accountPasswd,
  migrateCommand,
];

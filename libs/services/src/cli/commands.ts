import type { Command } from './command.js';
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
  accountCreate,
  accountPasswd,
  migrateCommand,
];

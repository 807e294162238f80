import type { DeclaredAccount, DeclaredClient } from './declaration.js';
import { DeclarationError } from './faults.js';
import { parseDeclaration } from './parse.js';

type Entry = Readonly<Record<string, unknown>>;

/** Its faults bear the names of settings only: there is no file in which the entry has a place. */
const parseOne = (list: 'clients' | 'accounts', entry: Entry) => {
  try {
    return parseDeclaration({ [list]: [entry] }, () => '');
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    const own = error.faults.map(({ path, message }) => ({ path: path.replace(/^\w+\[0\]\.?/, ''), message }));
    throw new DeclarationError(own);
  }
};

const only = <Value>([value]: readonly Value[]): Value => {
  if (value === undefined) throw new TypeError('one entry gives one value');
  return value;
};

/**
 * Reads one client by the rules of the file.
 * @see RFC 7591 §2
 * @throws DeclarationError every fault
 */
export const parseClient = (entry: Entry): DeclaredClient => only(parseOne('clients', entry).clients);

/**
 * Reads one account by the rules of the file.
 * @see OpenID Connect Core 1.0 §5.1
 * @throws DeclarationError every fault
 */
export const parseAccount = (entry: Entry): DeclaredAccount => only(parseOne('accounts', entry).accounts);

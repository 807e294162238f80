import { settingsSchema } from '@portico/config';
import type { ClientMetadata } from '@portico/oidc';
import { addressSchema } from '@portico/sso';
import type { z } from 'zod';
import { checkDocument } from './checks.js';
import { closest } from './closest.js';
import {
  accessKeySettings,
  declarationSchema,
  type DeclaredAccessKey,
  type DeclaredAccount,
  type DeclaredClient,
  type Declaration,
  type Given,
  type ReadFile,
} from './declaration.js';
import { DeclarationError, pathText, type Fault, type Path } from './faults.js';
import { clientIdFor } from './generate.js';
import { isTooShort, tooShort } from './key-checks.js';
import { messageOf } from './messages.js';
import { unimplementedClientSettings, unimplementedValues, type Known } from './unimplemented.js';

type Issue = z.core.$ZodIssue;
type Parsed = z.output<ReturnType<typeof declarationSchema>>;

const { shape } = declarationSchema(() => '');
const settingsOf = (list: 'clients' | 'accounts'): string[] => Object.keys(shape[list].unwrap().element.shape);

const settingsAt = (path: Path): { implemented: string[]; later: Known } => {
  if (path.length === 0) return { implemented: Object.keys(shape), later: {} };
  if (path[0] === 'settings') return { implemented: Object.keys(settingsSchema.shape), later: {} };
  if (path[2] === 'access_keys') return { implemented: [...accessKeySettings], later: {} };
  if (path[0] === 'clients') return { implemented: settingsOf('clients'), later: unimplementedClientSettings };
  return { implemented: path.length > 2 ? Object.keys(addressSchema.shape) : settingsOf('accounts'), later: {} };
};

/** `client_name#zh-CN` is a name in a language (RFC 7591 §2.2). */
const inALanguage = (setting: string, known: readonly string[]): boolean => {
  const [name = '', language] = setting.split('#');
  return language !== undefined && known.includes(name);
};

const unknownSetting = (path: Path, setting: string): Fault => {
  const { implemented, later } = settingsAt(path);
  const at = pathText([...path, setting]);
  if (Object.hasOwn(later, setting) || inALanguage(setting, implemented))
    return { path: at, message: 'is not implemented yet' };
  const meant = closest(setting, [...implemented, ...Object.keys(later)]);
  return { path: at, message: `is not a setting of Portico${meant ? `; did you mean ${meant}?` : ''}` };
};

const valueAt = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], document);

const unimplementedValue = (path: Path, value: unknown): string | undefined => {
  const setting = String(path[2]);
  if (path[0] !== 'clients' || typeof value !== 'string' || !Object.hasOwn(unimplementedValues, setting)) return;
  const name = setting === 'response_types' ? value.split(' ').sort().join(' ') : value;
  return Object.hasOwn(unimplementedValues[setting] ?? {}, name) ? name : undefined;
};

const faultsOf = (issue: Issue, document: unknown): Fault[] => {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownSetting(issue.path, key));
  const value = valueAt(document, issue.path);
  const later = unimplementedValue(issue.path, value);
  const message = later === undefined ? messageOf(issue, value) : `${later} is not implemented yet`;
  return [{ path: pathText(issue.path), message }];
};

const given = (text: string | undefined, hash: string | undefined): Given | undefined => {
  if (text !== undefined) return { text };
  return hash === undefined ? undefined : { hash };
};

type ParsedClient = Parsed['clients'][number];

const accessKeyOf = (entry: NonNullable<ParsedClient['access_keys']>[number]): DeclaredAccessKey[] => {
  const { access_key: id, secret, secret_file, secret_hash, disabled } = entry;
  const one = given(secret ?? secret_file, secret_hash);
  return one ? [{ id, secret: one, ...(disabled !== undefined && { disabled }) }] : [];
};

const clientOf = ({ access_keys: accessKeys, ...entry }: ParsedClient): DeclaredClient => {
  const { client_id, client_secret, client_secret_file, client_secret_hash, response_types, ...settings } = entry;
  const standard: ClientMetadata['response_types'] = settings.grant_types.includes('authorization_code')
    ? ['code']
    : [];
  const secret = given(client_secret ?? client_secret_file, client_secret_hash);
  return {
    id: client_id ?? clientIdFor(settings.client_name ?? ''),
    metadata: { ...settings, response_types: response_types ?? standard },
    ...(secret && { secret }),
    ...(accessKeys && { accessKeys: accessKeys.flatMap(accessKeyOf) }),
  };
};

/** The content of a file is known only here. */
const shortSecrets = (clients: Parsed['clients']): Fault[] =>
  clients.flatMap((entry, at) =>
    entry.client_secret_file !== undefined && isTooShort(entry, entry.client_secret_file)
      ? [{ path: pathText(['clients', at, 'client_secret_file']), message: tooShort }]
      : [],
  );

const accountOf = (entry: Parsed['accounts'][number]): DeclaredAccount => {
  const { username, subject, password, password_file, password_hash, ...claims } = entry;
  const secret = given(password ?? password_file, password_hash);
  return { username, claims, ...(subject && { subject }), ...(secret && { password: secret }) };
};

/** The order of the words of a response type does not matter; ours is alphabetical. */
const wordsInOrder = (document: unknown): unknown => {
  const { clients } = (document ?? {}) as { clients?: unknown };
  if (!Array.isArray(clients)) return document;
  const inOrder = (type: unknown): unknown => (typeof type === 'string' ? type.split(' ').sort().join(' ') : type);
  const ordered = (client: unknown): unknown => {
    const { response_types: types } = (client ?? {}) as { response_types?: unknown };
    return Array.isArray(types) ? { ...(client as object), response_types: types.map(inOrder) } : client;
  };
  return { ...(document as object), clients: clients.map(ordered) };
};

/**
 * Reads what a `portico.yaml` says there shall be.
 * @see RFC 7591 §2 (the names of a client's settings)
 * @throws DeclarationError every fault of the document
 */
export const parseDeclaration = (given: unknown, readFile: ReadFile): Declaration => {
  const document = wordsInOrder(given);
  const result = declarationSchema(readFile).safeParse(document);
  const issues = result.error?.issues ?? [];
  const faults = [
    ...issues.flatMap((issue) => faultsOf(issue, document)),
    ...checkDocument(document),
    ...shortSecrets(result.data?.clients ?? []),
  ];
  if (!result.success || faults.length > 0) throw new DeclarationError(faults);
  const { clients, accounts, settings } = result.data;
  return { clients: clients.map(clientOf), accounts: accounts.map(accountOf), settings };
};

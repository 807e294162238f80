import { DeclarationError, faultLine } from '@portico/admin';
import { ConfigError, loadConfig } from '@portico/config';
import { parseArgs } from 'node:util';
import { argon2Passwords } from '../common/passwords.js';
import { readDocument } from '../common/read-document.js';
import { clientSecretKeyFor } from '../common/secret.js';
import { UsageError, type Answer, type Args, type Command } from './command.js';
import { commands } from './commands.js';
import { databaseOf, type CliDatabase } from './database.js';
import { helpText } from './help.js';
import type { Io } from './io.js';

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

const wordsOf = (name: string): string[] => name.split(' ');

const commandOf = (argv: readonly string[]): Command => {
  const found = commands.find(({ name }) => wordsOf(name).every((word, index) => argv[index] === word));
  if (!found) throw new UsageError(argv.length === 0 ? 'a command is missing' : 'there is no such command');
  return found;
};

/** A `sid` or a `kid` may begin with a dash, and is no option for that: none is as long. */
const isId = (arg: string): boolean => /^-[\w-]{42}$/.test(arg);
const mark = '\u0001';
const marked = (arg: string): string => (isId(arg) ? `${mark}${arg}` : arg);
const unmarked = <Value>(value: Value): Value | string =>
  typeof value === 'string' && value.startsWith(mark) ? value.slice(1) : value;

const parse = ({ options }: Command, args: readonly string[]) => {
  const all = { ...options, json: { type: 'boolean' as const }, help: { type: 'boolean' as const } };
  try {
    const { values, positionals } = parseArgs({ args: args.map(marked), options: all, allowPositionals: true });
    const entries = Object.entries(values).map(([name, value]) => [name, unmarked(value)] as const);
    return { values: Object.fromEntries(entries), positionals: positionals.map(unmarked) };
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence);
  }
};

const operandOf = ({ operand }: Command, operands: readonly string[]): string => {
  const [given = '', ...more] = operands;
  if (operand && !operand.startsWith('[') && !given) throw new UsageError(`${operand} is missing`);
  if (operands.length > (operand ? 1 : 0)) throw new UsageError(`${more.at(-1) ?? given}: was not expected`);
  return given;
};

const argsOf = (operand: string, values: Values): Args => ({
  operand,
  text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
  texts: (option) => (Array.isArray(values[option]) ? values[option].map(String) : undefined),
  flag: (option) => values[option] === true,
});

const print = ({ text, json }: Answer, asJson: boolean): string =>
  `${asJson ? JSON.stringify(json, undefined, 2) : text}\n`;

const answer = async (argv: readonly string[], io: Io, database: CliDatabase): Promise<string> => {
  const [first = '', ...rest] = argv;
  if (['help', '--help', '-h'].includes(first)) return helpText(rest.join(' '), commands);
  const command = commandOf(argv);
  const { values, positionals } = parse(command, argv.slice(wordsOf(command.name).length));
  if (values.help === true) return helpText(command.name, commands);
  const args = argsOf(operandOf(command, positionals), values);
  const needs = {
    io,
    ...database,
    passwords: argon2Passwords(),
    clientSecretKey: () => clientSecretKeyFor(loadConfig(io.env))(),
    readDocument,
  };
  return print(await command.run(args, needs), values.json === true);
};

/** One fault a line; of an error that nobody foresaw its first line, and never where in the code it arose. */
const linesOf = (error: unknown): string[] => {
  if (error instanceof DeclarationError) return error.faults.map(faultLine);
  if (error instanceof ConfigError) return [...error.faults];
  if (error instanceof UsageError) return [error.message, 'portico help tells how it is called'];
  const { message = '', code, name = 'it failed' } = error as Partial<NodeJS.ErrnoException>;
  const [line = ''] = message.split('\n');
  return [line === '' ? (code ?? name) : line];
};

/** Runs one command; resolves with its exit code: 0 done, 1 refused or failed, 2 called wrongly. */
export const runCli = async (argv: readonly string[], io: Io): Promise<number> => {
  const database = databaseOf(io.env);
  try {
    io.stdout.write(await answer(argv, io, database));
    return 0;
  } catch (error) {
    io.stderr.write(`${linesOf(error).join('\n')}\n`);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    await database.close();
  }
};

import type { Command } from './command.js';

const summaries = (commands: readonly Command[]): string => {
  const rows = commands.map(({ name, operand = '', summary }) => [`${name} ${operand}`.trim(), summary] as const);
  const width = Math.max(...rows.map(([call]) => call.length));
  return rows.map(([call, summary]) => `  ${call.padEnd(width)}  ${summary}`).join('\n');
};

const general = (commands: readonly Command[]): string => `portico COMMAND [OPTIONS]

${summaries(commands)}
  help [COMMAND]

Every command takes --json, for scripts.
It works on the database of DATABASE_URL, or on the embedded PostgreSQL in PORTICO_DATA_DIR.
`;

const special = ({ name, operand, summary, options }: Command): string => {
  const flags = Object.entries(options).map(
    ([flag, { value = '', means }]) => [`--${flag} ${value}`.trimEnd(), means] as const,
  );
  const width = Math.max(0, ...flags.map(([flag]) => flag.length));
  const lines = flags.map(([flag, means]) => `  ${flag.padEnd(width)}  ${means}`);
  return [`portico ${name}${operand ? ` ${operand}` : ''} [OPTIONS]`, summary, ...lines, ''].join('\n');
};

/** How a command is called; how all are, where none of that name is. */
export const helpText = (name: string, commands: readonly Command[]): string => {
  const command = commands.find((one) => one.name === name);
  return command ? special(command) : general(commands);
};

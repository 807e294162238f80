import {
  accountSentences,
  clientSentences,
  declarationSchema,
  unimplementedClientSettings,
  unimplementedValues,
} from '@portico/admin';
import { configSchema, settingsSchema, standardSettings } from '@portico/config';
import { z } from 'zod';

type Shape = z.core.JSONSchema.BaseSchema;
type Row = readonly string[];

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const line = (row: Row): string => `| ${row.map(cell).join(' | ')} |`;
const markdownTable = (headings: Row, rows: readonly Row[]): string =>
  [headings, headings.map(() => '---'), ...rows].map(line).join('\n');

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
  uri: 'URL',
  email: 'e-mail address',
};

const typeOf = ({ type, format, enum: values, items }: Shape): string => {
  if (values) return values.map((value) => code(String(value))).join(' ');
  if (typeof items === 'object' && !Array.isArray(items)) return `list of ${typeOf(items)}`;
  const name = format ?? String(type);
  return typeNames[name] ?? name;
};

const defaultOf = ({ default: value }: Shape): string => {
  if (value === undefined) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', ''));
};

const settingRows = (shapes: Readonly<Record<string, Shape>>, sentences: Readonly<Record<string, string>>): Row[] =>
  Object.entries(shapes).map(([name, shape]) => [code(name), typeOf(shape), defaultOf(shape), sentences[name] ?? '']);

const headings = ['Setting', 'Type', 'Default', 'Meaning'];

const propertiesOf = (schema: z.ZodType): Record<string, Shape> =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties as Record<string, Shape>;

/** The table of the environment's settings, as the README shows it too. */
export const environmentReference = (): string => {
  const shapes = propertiesOf(configSchema);
  const sentences = Object.entries(shapes).map(([name, { description = '' }]) => [name, description] as const);
  return markdownTable(headings, settingRows(shapes, Object.fromEntries(sentences)));
};

const entries = (list: 'clients' | 'accounts'): string => {
  const schema = declarationSchema(() => '').shape[list].unwrap().element;
  return markdownTable(
    headings,
    settingRows(propertiesOf(schema), list === 'clients' ? clientSentences : accountSentences),
  );
};

const settings = (): string => {
  const shapes = Object.entries(propertiesOf(settingsSchema));
  const complete = shapes.map(([name, shape]) => [
    name,
    { ...shape, default: standardSettings[name as keyof typeof standardSettings] },
  ]);
  const sentences = shapes.map(([name, { description = '' }]) => [name, description]);
  return markdownTable(
    headings,
    settingRows(
      Object.fromEntries(complete) as Record<string, Shape>,
      Object.fromEntries(sentences) as Record<string, string>,
    ),
  );
};

const knownSettings = (): string =>
  markdownTable(
    ['Setting', 'Known from'],
    Object.entries(unimplementedClientSettings).map(([name, from]) => [code(name), from]),
  );

const knownValues = (): string =>
  markdownTable(
    ['Setting', 'Values'],
    Object.entries(unimplementedValues).map(([name, values]) => [code(name), Object.keys(values).map(code).join(', ')]),
  );

/** What `docs/config.md` says, from the schemas that read the settings. */
export const configReference = (): string => `# Settings

This file is written by \`node tools/docs.js\` from the schemas that read the settings; do not edit it.

## Environment

A process reads its settings once, at its start, and tells every fault at once. A variable that begins with \`PORTICO_\`
and stands not here is a fault too.

${environmentReference()}

## portico.yaml

Applied by \`npm run portico -- apply FILE\`, and at the start of a process with \`PORTICO_CONFIG=FILE\`; a second time
changes nothing. A file with a fault changes nothing at all.

- What the file does not name is left alone. An entry that it names is as the file says: a setting left out has its
  default, a claim left out is gone.
- A password or secret of the file wins over one that was set otherwise since; a password left out stays. Another
  password ends the sessions of that person. A new secret replaces those before at once. To let the one before hold for a
  while, run \`client rotate-secret\` and write the new secret into the file: it fits and changes nothing. A file that
  still bears the old one does not bring it back.
- An entry of \`clients\` is known by its \`client_id\`, else by its \`client_name\`; one of \`accounts\` by its \`subject\`, else
  by its \`username\`.

### clients

The names are those of RFC 7591 and OpenID Connect Dynamic Client Registration 1.0; Portico's own stand beside them.

${entries('clients')}

### accounts

${entries('accounts')}

### settings

Of the whole installation. They are stored, and every process follows a change within seconds.

${settings()}

### Known, but not implemented yet

These are refused by name, never silently ignored.

${knownSettings()}

${knownValues()}
`;

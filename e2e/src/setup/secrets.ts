/** A secret that went over the wire, and what it was there. */
export interface Secret {
  readonly what: string;
  readonly value: string;
}

// Names under which secrets stand in forms, queries, fragments and JSON. A state or a nonce is the client's affair.
const names = [
  ...['client_secret', 'password', 'code', 'code_verifier', 'access_token', 'refresh_token', 'id_token', 'token'],
  ...[
    'device_code',
    'user_code',
    'client_assertion',
    'assertion',
    'id_token_hint',
    'subject_token',
    'request',
    'secret',
  ],
].join('|');

// What is shorter, or is no more than words, is no secret: tests send such as a wrong one.
const isSecret = (value: string): boolean => value.length >= 8 && /\d/.test(value) && !/^[a-z_:. -]*$/i.test(value);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

const unquoted = (text: string): string => {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
};

const fromBasic = (credentials: string): string =>
  decoded(
    Buffer.from(credentials, 'base64')
      .toString()
      .replace(/^[^:]*:/, ''),
  );

const hidden = new RegExp(`<input(?=[^>]*\\sname="(${names})")(?=[^>]*\\svalue="([^"]*)")[^>]*>`, 'g');
const inForm = new RegExp(`(?<=[?&#\\s]|^)(${names})=([^&\\s"'<>]+)`, 'g');
const inJson = new RegExp(`"(${names})"\\s*:\\s*"((?:[^"\\\\]|\\\\.)+)"`, 'g');
const inJsonWithin = new RegExp(`\\\\"(${names})\\\\"\\s*:\\s*\\\\"([^"\\\\]+)\\\\"`, 'g');
const cookiesSent = /^cookie: *(.+)$/gim;
const cookieSet = /^set-cookie: *([^=\s]+)=([^;\s]+)/gim;
const authorization = /^authorization: *(basic|bearer) +(\S+)/gim;

/** The secrets in a message of HTTP, either way. */
export const secretsIn = (message: string): Secret[] =>
  [
    ...[...message.matchAll(inForm)].map(([, what = '', value = '']) => ({ what, value: decoded(value) })),
    ...[...message.matchAll(inJson)].map(([, what = '', value = '']) => ({ what, value: unquoted(value) })),
    ...[...message.matchAll(inJsonWithin)].map(([, what = '', value = '']) => ({ what, value })),
    ...[...message.matchAll(hidden)].map(([, what = '', value = '']) => ({ what, value })),
    ...[...message.matchAll(cookieSet)].map(([, name = '', value = '']) => ({ what: `cookie ${name}`, value })),
    ...[...message.matchAll(cookiesSent)].flatMap(([, list = '']) => cookiesOf(list)),
    ...[...message.matchAll(authorization)].flatMap(([, scheme = '', value = '']) => credentialsOf(scheme, value)),
  ].filter(({ value }) => isSecret(value));

const cookiesOf = (list: string): Secret[] =>
  list
    .trim()
    .split(/; */)
    .map((pair) => ({ what: `cookie ${pair.split('=')[0] ?? ''}`, value: pair.slice(pair.indexOf('=') + 1) }));

const credentialsOf = (scheme: string, value: string): Secret[] => [
  { what: `authorization (${scheme})`, value },
  ...(scheme.toLowerCase() === 'basic' ? [{ what: 'client_secret', value: fromBasic(value) }] : []),
];

/** The secrets in what an operator writes down: the declaration of clients and people, keys. */
export const secretsOf = (declaration: unknown): Secret[] => {
  if (typeof declaration !== 'object' || declaration === null) return [];
  return Object.entries(declaration).flatMap(([what, value]: [string, unknown]) =>
    typeof value === 'string' && /^(client_secret|secret|password|d)$/.test(what)
      ? [{ what, value }]
      : secretsOf(value),
  );
};

/** URLs of ours that bear what belongs into no URL that is logged by others on its way. @see RFC 9700 §4.3.1 */
export const indiscreetUrlsIn = (message: string): string[] =>
  [
    ...message.matchAll(/^location: *[^#\r\n]*[?&](client_secret|password|access_token|refresh_token|id_token)=/gim),
  ].map(([, what = '']) => `a redirect has ${what} in its query`);

/** How a secret may stand in a text. */
const formsOf = (value: string): string[] => [
  ...new Set([
    value,
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
  ]),
];

const beginningLength = 8;

interface Form {
  readonly form: string;
  readonly secret: Secret;
}

const formsByBeginning = (secrets: Iterable<Secret>): Map<string, Form[]> => {
  const found = new Map<string, Form[]>();
  for (const secret of secrets)
    for (const form of formsOf(secret.value)) {
      const beginning = form.slice(0, beginningLength);
      const beside = found.get(beginning);
      if (beside) beside.push({ form, secret });
      else found.set(beginning, [{ form, secret }]);
    }
  return found;
};

/**
 * Which of the secrets stand in a text, with the line. There are many thousands of them: every eight characters of the
 * text are looked up, instead of looking for each.
 */
export const leaksIn = (text: string, secrets: Iterable<Secret>): string[] => {
  const forms = formsByBeginning(secrets);
  const leaks = new Set<string>();
  for (let at = 0; at + beginningLength <= text.length; at += 1)
    for (const { form, secret } of forms.get(text.slice(at, at + beginningLength)) ?? [])
      if (text.startsWith(form, at)) leaks.add(lineAt(text, at).replaceAll(form, `<${secret.what}>`));
  return [...leaks];
};

/** A line may be as long as a file that has none. */
const lineAt = (text: string, at: number): string => {
  const begin = Math.max(text.lastIndexOf('\n', at) + 1, at - 200);
  const end = text.indexOf('\n', at);
  return text.slice(begin, Math.min(end < 0 ? text.length : end, at + 4_000)).slice(0, 4_200);
};

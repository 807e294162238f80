import { sent } from './source.js';

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const fixed = { origin: 'http://127.0.0.1:3000', issuer: '{{origin}}/oidc', password: '' };

/** `{code}` is `{{code}}` here; ids and secrets of applications are variables too. */
const named = (text, clients) => {
  const inBraces = String(text).replace(/\{(\w+)\}/g, '{{$1}}');
  const client = clients.find(({ client_id: id }) => id === inBraces);
  return client ? `{{${variableOf(client, 'id')}}}` : inBraces;
};
const variableOf = ({ client_id: id }, what) => `${id.replaceAll('-', '_')}_${what}`;

const authOf = (step, clients) => {
  if (step.bearer)
    return { type: 'bearer', bearer: [{ key: 'token', value: named(step.bearer, clients), type: 'string' }] };
  const client = clients.find(({ client_id: id }) => id === step.client);
  if (!client) return { type: 'noauth' };
  const secret = step.secret ?? `{{${variableOf(client, 'secret')}}}`;
  return {
    type: 'basic',
    basic: [
      { key: 'username', value: `{{${variableOf(client, 'id')}}}`, type: 'string' },
      { key: 'password', value: secret, type: 'string' },
    ],
  };
};

const urlOf = (path, query) => {
  const search = query.map(({ key, value }) => `${key}=${value}`).join('&');
  return {
    raw: `{{origin}}${path}${search === '' ? '' : `?${search}`}`,
    host: ['{{origin}}'],
    path: path.slice(1).split('/'),
    ...(query.length > 0 ? { query } : {}),
  };
};

const prose = ['error_description', 'correlation_id'];

const captures = (body = {}) =>
  Object.entries(body).flatMap(([name, value]) => {
    const [, variable] = /^\{(\w+)\}$/.exec(value) ?? [];
    return variable && !(variable in fixed) && !prose.includes(variable) ? [[name, variable]] : [];
  });

const script = (listen, exec) => ({ listen, script: { type: 'text/javascript', exec } });

/** Says whether the status was as shown, and keeps what the next steps need. */
const checks = ({ status, body }) => [
  `pm.test('${status}', () => pm.response.to.have.status(${status}));`,
  ...captures(body).map(([name, variable]) => `pm.collectionVariables.set('${variable}', pm.response.json().${name});`),
];

/** A request goes once what its script has asked for is over: that is how it waits. */
const events = ({ after, answer }) => {
  const all = [
    ...(after ? [script('prerequest', [`setTimeout(() => {}, ${after * 1_000});`])] : []),
    ...(answer.status === undefined ? [] : [script('test', checks(answer))]),
  ];
  return all.length > 0 ? { event: all } : {};
};

const mentionedIn = (it, pattern) => [...new Set([...JSON.stringify(it).matchAll(pattern)].map(([, name]) => name))];
const usedIn = (steps) =>
  mentionedIn(
    steps.map((step) => [step.bearer, sent(step)]),
    /\{(\w+)\}/g,
  );

/** What a person does for a step, and which parameters of the address they come back to are needed later. */
const byHand = ({ by, answer: { query, fragment } }, used) => {
  if (by !== 'browser') return '';
  const kept = captures(query ?? fragment).filter(([, variable]) => used.includes(variable));
  const puts = kept.map(([name, variable]) => `\`${name}\` into \`${variable}\``);
  return `Open this address in a browser${puts.length > 0 ? `; when it comes back, put its ${puts.join(', its ')}` : ''}.`;
};

const item = (step, at, { clients, steps }) => {
  const [method, path] = step.request.split(' ');
  const pairs = sent(step).map(([key, value]) => ({ key, value: named(value, clients) }));
  const description = [byHand(step, usedIn(steps)), step.text?.en ?? ''].filter(Boolean).join('\n\n');
  return {
    name: `${at + 1}. ${step.title.en}`,
    request: {
      method,
      header: [],
      auth: authOf(step, clients),
      url: urlOf(path, method === 'GET' ? pairs : []),
      ...(method === 'POST'
        ? { body: { mode: 'urlencoded', urlencoded: pairs.map((one) => ({ ...one, type: 'text' })) } }
        : {}),
      ...(description === '' ? {} : { description }),
    },
    response: [],
    ...events(step),
  };
};

const clientVariables = (clients) =>
  clients.flatMap((client) => [
    { key: variableOf(client, 'id'), value: client.client_id, type: 'string' },
    ...(client.client_secret
      ? [{ key: variableOf(client, 'secret'), value: client.client_secret, type: 'string' }]
      : []),
  ]);

/** The guides as a Postman collection. @see Postman Collection Format 2.1.0 */
export const collection = (guides) => {
  const folders = guides.map((guide) => ({
    name: guide.title.en,
    description: `${guide.for.en}\n\n${guide.about.en}`,
    item: guide.steps.map((step, at) => item(step, at, guide)),
  }));
  const defined = [
    ...Object.entries(fixed).map(([key, value]) => ({ key, value, type: 'string' })),
    ...guides.flatMap(({ clients }) => clientVariables(clients)),
  ];
  const variables = mentionedIn(folders, /\{\{(\w+)\}\}/g);
  // What nothing defines is empty until a step sets it.
  const empty = variables.filter((name) => !defined.some(({ key }) => key === name));
  const info = { name: 'Portico', description: 'The requests of docs/guides.', schema };
  const variable = [
    ...defined.filter(({ key }) => variables.includes(key)),
    ...empty.map((key) => ({ key, value: '', type: 'string' })),
  ];
  return `${JSON.stringify({ info, item: folders, variable }, undefined, 2)}\n`;
};

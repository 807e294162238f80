import { stringify } from 'yaml';
import { sent } from './source.js';

const given = {
  origin: 'https://id.example.com',
  issuer: 'https://id.example.com/oidc',
  password: 'correct horse battery staple',
};

/** What is the same for a whole site stands there; what is random stays as its name in braces. */
const shown = (text) => text.replace(/\{(origin|issuer|password)\}/g, (_, name) => given[name]);

const fenced = (language, lines) => ['```' + language, ...lines.flat(), '```', ''];
const encoded = (value) =>
  encodeURIComponent(shown(value)).replaceAll('%7B', '{').replaceAll('%7D', '}').replaceAll('%20', '+');
const pair = ([name, value]) => `${name}=${encoded(String(value))}`;
const continued = (mark, pairs) => pairs.map((one, at) => `${at === 0 ? mark : '  &'}${one}`);

const target = (step) => step.request.split(' ');

const authorization = (step, guide) => {
  if (step.bearer) return [`Authorization: Bearer ${step.bearer}`];
  const { client_id: id, client_secret: secret } =
    guide.clients.find(({ client_id: one }) => one === step.client) ?? {};
  return id ? [`Authorization: Basic base64(${id}:${step.secret ?? secret})`] : [];
};

/** A request as it goes over the wire, its parameters a line each. */
export const request = (step, guide) => {
  const [method, path] = target(step);
  const pairs = sent(step).map(pair);
  const host = ['Host: id.example.com', ...authorization(step, guide)];
  if (method === 'GET') return fenced('http', [`GET ${path}`, ...continued('  ?', pairs), ...host]);
  return fenced('http', [
    `POST ${path}`,
    ...host,
    'Content-Type: application/x-www-form-urlencoded',
    '',
    ...continued('', pairs),
  ]);
};

const value = (one) => (typeof one === 'string' ? JSON.stringify(shown(one)) : JSON.stringify(one));
const json = (body) =>
  [
    '{',
    Object.entries(body).map(
      ([name, one], at, all) => `  ${JSON.stringify(name)}: ${value(one)}${at < all.length - 1 ? ',' : ''}`,
    ),
    '}',
  ].flat();

const reasons = { 200: 'OK', 400: 'Bad Request', 401: 'Unauthorized' };
const headerNames = {
  'content-type': 'Content-Type',
  'cache-control': 'Cache-Control',
  'www-authenticate': 'WWW-Authenticate',
};

/** An answer; what is random in it stands as its name in braces. */
export const answer = ({ status, headers = {}, body, location, query, fragment }) => {
  if (location !== undefined)
    return fenced('http', [
      location,
      ...continued(fragment ? '  #' : '  ?', Object.entries(query ?? fragment).map(pair)),
    ]);
  if (status === undefined) return [];
  const lines = Object.entries(headers).map(([name, text]) => `${headerNames[name]}: ${text}`);
  return fenced('http', [`HTTP/1.1 ${status} ${reasons[status]}`, ...lines, ...(body ? ['', ...json(body)] : [])]);
};

/** What stands inside a JWT. */
export const claims = (payload) => fenced('json', json(payload));

/** What an administrator registers. */
export const registration = (clients) => fenced('yaml', stringify({ clients }).trimEnd().split('\n'));

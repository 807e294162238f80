import type { EndpointReply } from '@portico/endpoint';

/**
 * Answers the windows that ask. A message that cannot be read, or a browser that keeps our cookie from us here, is an
 * `error`: after `changed` a client would ask us again and again. An origin where no client of that name lives gets no
 * answer; which those are we are asked once each, and only of a few.
 */
export const tellStatus = `
const { cookie } = document.querySelector('main').dataset;
const state = () => document.cookie.split('; ').find((one) => one.startsWith(cookie + '='))?.slice(cookie.length + 1);
const works = state() !== undefined && crypto.subtle !== undefined;
const asked = new Map();
const isExpected = (client_id, origin) => {
  const key = client_id + ' ' + origin;
  if (!asked.has(key) && asked.size < 16) {
    const body = new URLSearchParams({ client_id, origin });
    const answer = fetch(location.pathname, { method: 'POST', body });
    asked.set(key, answer.then(({ status }) => status < 500 ? status === 204 : asked.delete(key) && false,
      () => asked.delete(key) && false));
  }
  return asked.get(key) ?? false;
};
const hashOf = async (text) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest))).replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
};
addEventListener('message', async ({ data, origin, source }) => {
  if (origin === 'null' || !source) return;
  const tell = (status) => source.postMessage(status, origin);
  const text = typeof data === 'string' && data.length <= 2048 ? data : '';
  const [, client, told, salt] = /^([!-~][ -~]*) ([^ .]+)[.]([^ .]+)$/.exec(text) ?? [];
  if (salt === undefined || !works) return tell('error');
  if (!(await isExpected(client, origin))) return;
  tell(told === await hashOf([client, origin, state() ?? '', salt].join(' ')) ? 'unchanged' : 'changed');
});`;

/** What a client loads in a frame, unseen. @see OpenID Connect Session Management 1.0 §3.2 */
export const CheckSession = ({ cookie }: Pick<EndpointReply & { kind: 'check_session' }, 'cookie'>) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="robots" content="noindex" />
      <title>Session</title>
    </head>
    <body>
      <main data-page="check-session" data-cookie={cookie} />
      <script dangerouslySetInnerHTML={{ __html: tellStatus }} />
    </body>
  </html>
);

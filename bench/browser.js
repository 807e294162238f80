// As much of a browser as a sign-in needs: cookies, redirects, and the form of a page.
import { get, post } from './connection.js';

/** A browser on a connection, with cookies of its own. */
export const openBrowser = (origin, connection) => {
  const cookies = new Map();
  const keep = (head) => {
    for (const [, name, value] of head.matchAll(/\r\nset-cookie: *([^=]+)=([^;\r]*)/gi)) cookies.set(name, value);
  };
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = () => (cookies.size > 0 ? { cookie: cookie() } : {});

  /** Follows the redirects within the origin; answers the page, or where it is sent outside. */
  const follow = async (answer, path) => {
    keep(answer.head);
    const location = /\r\nlocation: *([^\r\n]+)/i.exec(answer.head)?.[1];
    if (!location) return { ...answer, path };
    const next = new URL(location, `${origin}${path}`);
    if (next.origin !== origin) return { ...answer, outside: next };
    const to = next.pathname + next.search;
    return follow(await connection.ask(get(origin, to, headers())), to);
  };
  const open = async (path) => follow(await connection.ask(get(origin, path, headers())), path);
  const submit = async ({ body, path }, answers) => {
    const { action, fields } = formIn(body);
    const to = new URL(action, `${origin}${path}`);
    const form = { ...fields, ...answers };
    const sent = post(origin, to.pathname + to.search, form, { ...headers(), origin });
    return follow(await connection.ask(sent), to.pathname + to.search);
  };
  return { cookie, open, submit };
};

const unescape = (text) =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'");

const formIn = (html) => {
  const [form = ''] = /<form[\s\S]*?<\/form>/.exec(html) ?? [];
  const valueOf = (tag, name) => unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const hidden = [...form.matchAll(/<input(?:[^>"]|"[^"]*")*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => valueOf(tag, 'type') === 'hidden');
  return {
    action: valueOf(form, 'action'),
    fields: Object.fromEntries(hidden.map((tag) => [valueOf(tag, 'name'), valueOf(tag, 'value')])),
  };
};

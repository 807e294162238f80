import { origin } from './provider.js';
import { password } from './setup/declaration.js';

/** A page that the provider shows, or the place outside to which it sends the browser. */
export interface Landing {
  readonly status: number;
  readonly url: string;
  readonly html: string;
  /** The `data-page` of the page. */
  readonly page: string | undefined;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescape = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');
const attribute = (tag: string, name: string): string | undefined => {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? [];
  return value === undefined ? undefined : unescape(value);
};

/** The first form of a page: where it goes, and its hidden fields. */
export const formOf = (html: string): { action: string; fields: Record<string, string> } => {
  const [form = ''] = /<form[\s\S]*?<\/form>/.exec(html) ?? [];
  const inputs = [...form.matchAll(/<input(?:[^>"]|"[^"]*")*>/g)].map(([tag]) => tag);
  const hidden = inputs.filter((tag) => attribute(tag, 'type') === 'hidden');
  const fields = Object.fromEntries(hidden.map((tag) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '']));
  return { action: attribute(form, 'action') ?? '', fields };
};

const pageOf = (html: string): string | undefined => /data-page="([^"]+)"/.exec(html)?.[1];

/** A browser without script: it keeps cookies, and follows redirects until they leave the provider. */
export const httpBrowser = (home = origin, ask: typeof fetch = fetch) => {
  const cookies = new Map<string, string>();
  const keep = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
  };
  const open = async (url: string, form?: Record<string, string>): Promise<Landing> => {
    const response = await ask(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: new URLSearchParams(form) } : {}),
      signal: AbortSignal.timeout(15_000),
    });
    keep(response);
    const location = response.headers.get('location');
    const html = await response.text();
    if (location === null) return { status: response.status, url, html, page: pageOf(html) };
    const next = new URL(location, url);
    return next.origin === home
      ? open(next.href)
      : { status: response.status, url: next.href, html: '', page: undefined };
  };
  const submit = ({ html, url }: Landing, answer: Record<string, string>): Promise<Landing> => {
    const { action, fields } = formOf(html);
    return open(new URL(action, url).href, { ...fields, ...answer });
  };
  /** Answers what is asked until the browser leaves the provider. */
  const through = async (first: Landing, identifier = 'anna'): Promise<Landing> => {
    let landing = first;
    for (let turns = 0; landing.page !== undefined && turns < 5; turns += 1) {
      const answers: Record<string, Record<string, string>> = {
        'sign-in': { identifier, password },
        consent: { answer: 'allow' },
        'select-account': { answer: 'continue' },
        'device-confirm': { answer: 'continue' },
      };
      const answer = answers[landing.page];
      if (!answer) return landing;
      landing = await submit(landing, answer);
    }
    return landing;
  };
  return { cookies, open, submit, through };
};

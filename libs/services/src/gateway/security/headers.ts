import { createHash } from 'node:crypto';
import type { Display, Page } from '@portico/endpoint';
import { tellStatus } from '../pages/check-session.js';
import { autoSubmit } from '../pages/form-post.js';
import { goOn } from '../pages/logged-out.js';
import { stylesheets } from '../pages/stylesheets.js';
import { tellOpener } from '../pages/web-message.js';

const year = 31_536_000;

/**
 * On every answer. There is no Cross-Origin-Opener-Policy: a client may run the sign-in in a popup and needs its window
 * back at the end.
 * @see RFC 6749 §10.13; RFC 9700 §4.2.4, §4.16
 */
export const securityHeaders = (issuer: string): Record<string, string> => ({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  ...(issuer.startsWith('https:') ? { 'strict-transport-security': `max-age=${year}` } : {}),
});

const hash = (source: string): string => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

const policy = (directives: Record<string, string>): string =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/**
 * Nothing but our own stylesheet and pictures; no script at all. `form-action` is left out on purpose: Chromium holds it
 * against the redirects that follow a form too, and the last one goes to the client's redirect URI, which may be any
 * origin or an app's own scheme.
 */
const strict = {
  'default-src': "'none'",
  'style-src': hash(stylesheets.page),
  'img-src': 'https: data:',
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

// A page for a feature phone has no picture.
const { 'img-src': _, ...withoutPictures } = strict;
const pages: Readonly<Record<Display, string>> = {
  page: policy(strict),
  popup: policy({ ...strict, 'style-src': hash(stylesheets.popup) }),
  touch: policy({ ...strict, 'style-src': hash(stylesheets.touch) }),
  wap: policy({ ...withoutPictures, 'style-src': hash(stylesheets.wap) }),
};
const webMessageScript = hash(tellOpener);
const formPost = policy({ ...strict, 'script-src': hash(autoSubmit) });

/** @see Content Security Policy Level 3 */
export const pagePolicy = (display: Display = 'page'): string => pages[display];

/** A picture of ours loads and runs nothing. @see Content Security Policy Level 3 */
export const picturePolicy = (): string => "default-src 'none'";

/** The page that posts to the client runs the one line that sends its form. @see OAuth 2.0 Form Post Response Mode §2 */
export const formPostPolicy = (): string => formPost;

/** The page that tells the window of the client: that origin alone may frame it. */
export const webMessagePolicy = (targetOrigin: string): string =>
  policy({ ...strict, 'script-src': webMessageScript, 'frame-ancestors': targetOrigin });

/** How the page may be framed, and what it may load there and run. */
interface Framed {
  readonly policy: string;
  readonly headers: Record<string, string>;
}

const byOthers = { 'x-frame-options': '' };
const goOnScript = hash(goOn);
const checkSession = policy({
  'default-src': "'none'",
  'script-src': hash(tellStatus),
  'connect-src': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': '*',
});

/**
 * The page that clients load to ask it: any of them may, it shows nothing, and only calls us.
 * @see OpenID Connect Session Management 1.0 §3.2, §3.3
 */
export const checkSessionPolicy = (): Framed => ({ policy: checkSession, headers: byOthers });

// What a policy can say; a URL may have a host with a `;` or a `'`.
const sourceOf = (uri: string): string[] => {
  const { origin } = URL.canParse(uri) ? new URL(uri) : { origin: '' };
  return /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/.test(origin) ? [origin] : [];
};

/**
 * The page at the end of a session loads the frames that clients have registered, and nothing else. The client to which
 * it goes on may have opened it in a frame of its own.
 * @see OpenID Connect Front-Channel Logout 1.0 §3
 */
export const loggedOutPolicy = ({ frames = [], next }: Page & { name: 'logged-out' }, display?: Display): Framed => {
  const framed = [...new Set(frames.flatMap(sourceOf))];
  const [ancestor] = next === undefined ? [] : sourceOf(next);
  const parts = [
    ...(framed.length > 0 ? [`frame-src ${framed.join(' ')}`] : []),
    ...(next === undefined ? [] : [`script-src ${goOnScript}`]),
  ];
  const base = pagePolicy(display);
  const own = ancestor === undefined ? base : base.replace("frame-ancestors 'none'", `frame-ancestors ${ancestor}`);
  return { policy: [own, ...parts].join('; '), headers: ancestor === undefined ? {} : byOthers };
};

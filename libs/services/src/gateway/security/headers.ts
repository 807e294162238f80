import { createHash } from 'node:crypto';
import { autoSubmit } from '../pages/form-post.js';
import { stylesheet } from '../pages/style.js';
import { tellOpener } from '../pages/web-message.js';

const year = 31_536_000;

/**
 * On every answer. There is no Cross-Origin-Opener-Policy: a client may run the sign-in in a popup and needs its window
 * back at the end.
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
  'style-src': hash(stylesheet),
  'img-src': 'https: data:',
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

const page = policy(strict);
const webMessageScript = hash(tellOpener);
const formPost = policy({ ...strict, 'script-src': hash(autoSubmit) });

/** @see Content Security Policy Level 3 */
export const pagePolicy = (): string => page;

/** A picture of ours loads and runs nothing. @see Content Security Policy Level 3 */
export const picturePolicy = (): string => "default-src 'none'";

/** The page that posts to the client runs the one line that sends its form. @see OAuth 2.0 Form Post Response Mode §2 */
export const formPostPolicy = (): string => formPost;

/** The page that tells the window of the client: that origin alone may frame it. */
export const webMessagePolicy = (targetOrigin: string): string =>
  policy({ ...strict, 'script-src': webMessageScript, 'frame-ancestors': targetOrigin });

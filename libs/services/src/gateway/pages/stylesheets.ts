import type { Display } from '@portico/endpoint';
import { stylesheet } from './style.js';

// A window of a dialog's size, around which the page itself is the frame.
const popup = `
body { padding: 0; place-items: start center; background: var(--card); }
main { max-width: 480px; padding: 16px 24px 8px; border: 0; border-radius: 0; box-shadow: none; }
header { min-height: 44px; margin-bottom: 14px; text-align: left; }
h1 { font-size: 1.1875rem; }
header p { margin-top: 2px; font-size: 0.9375rem; text-wrap: wrap; }
.logo { float: left; width: 40px; height: 40px; margin: 4px 14px 0 0; border-radius: 10px; font-size: 1.25rem; }
.logo img { width: 40px; height: 40px; }
label { margin-bottom: 4px; }
input, button { min-height: 44px; padding-block: 8px; }
input { margin-bottom: 12px; }
.buttons { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); margin-top: 16px; }
.fault { margin-bottom: 12px; padding: 8px 12px; }
.scopes li { padding: 8px 12px; }
footer { margin-top: 4px; }
`;

// Fingers instead of a pointer: all that can be touched is large, and stands apart.
const touch = `
body { font-size: 1.125rem; }
main { max-width: 520px; }
label { margin-bottom: 10px; font-size: 1.0625rem; }
input, button { min-height: 64px; padding: 16px 20px; border-radius: 16px; }
input { margin-bottom: 24px; }
.buttons { gap: 20px; margin-top: 36px; }
.account { min-height: 80px; }
footer { gap: 8px 32px; font-size: 1rem; }
a { min-height: 64px; padding: 0 8px; }
`;

// For the screen and the browser of a feature phone: nothing that it would have to know.
const plain = `
body { margin: 8px; font-family: sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.2em; margin: 0; }
input, button { box-sizing: border-box; width: 100%; margin: 4px 0 12px; font-size: 1em; }
footer a { display: block; margin-top: 8px; }
.avatar { display: none; }
`;

/** The one stylesheet of a page, by its display; the page's policy allows exactly it, by its hash. @see OpenID Connect Core 1.0 §3.1.2.1 (display) */
export const stylesheets: Readonly<Record<Display, string>> = {
  page: stylesheet,
  popup: stylesheet + popup,
  touch: stylesheet + touch,
  wap: plain,
};

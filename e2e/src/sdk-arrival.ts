import { httpBrowser } from './http-browser.js';
import { password } from './setup/declaration.js';

/** Where a person comes out who begins here, signs in and agrees to everything. */
export const arrive = async (url: string): Promise<URL> => {
  const browser = httpBrowser();
  return new URL((await browser.through(await browser.open(url))).url);
};

/** Where one comes out who signs in and refuses to agree. */
export const refuse = async (url: string): Promise<URL> => {
  const browser = httpBrowser();
  const consent = await browser.submit(await browser.open(url), { identifier: 'anna', password });
  return new URL((await browser.submit(consent, { answer: 'deny' })).url);
};

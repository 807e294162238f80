import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Flags of the package that would switch off what is tested here, or do not survive a closed context. */
const unwanted = ['--disable-web-security', '--allow-running-insecure-content', '--single-process', '--no-zygote'];
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

const launchDeadlineMs = 60_000;

/** A real Chromium, from npm; further flags are its own. */
export const launchChromium = async (flags: readonly string[] = []): Promise<Browser> => {
  const executablePath = await sparticuz.executablePath();
  const args = [...sparticuz.args.filter((flag) => !unwanted.includes(flag)), ...quiet, ...flags];
  const giveUpAt = Date.now() + launchDeadlineMs;
  for (;;) {
    try {
      return await chromium.launch({ executablePath, args, timeout: 20_000 });
    } catch (error) {
      // The package unpacks it at first use; at the first run another worker may still be writing it.
      if (!String(error).includes('ETXTBSY') || Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
};

/** What the browser complains about from now on: refusals by policy, and errors of scripts. */
export const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
};

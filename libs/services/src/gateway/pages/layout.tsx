import type { Page } from '@portico/endpoint';
import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import type { Locale } from './locale.js';
import type { Messages } from './messages/index.js';
import { ShownAs } from './shown-as.js';
import { stylesheets } from './stylesheets.js';

/** What every page is given. */
export interface PageProps<Name extends Page['name']> {
  readonly page: Page & { name: Name };
  readonly locale: Locale;
  readonly text: Messages;
}

interface LayoutProps {
  /** The hook for tests: `data-page` of `<main>`. */
  readonly name: Page['name'] | 'form-post' | 'web-message';
  readonly title: string;
  readonly locale: Locale;
  /** For the one script of the page, if it has one. */
  readonly data?: Readonly<Record<'origin' | 'message', string>>;
  /** Where a browser without scripts goes on by itself. */
  readonly goesTo?: string | undefined;
  readonly children: ComponentChildren;
}

const icon =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>" +
  "<rect width='24' height='24' rx='6' fill='%233557d6'/>" +
  "<path d='M6 19v-7a6 6 0 0 1 12 0v7M10 19v-7a2 2 0 0 1 4 0v7' fill='none' stroke='white' stroke-width='2'/></svg>";

/** The document around a page. */
export const Layout = ({ name, title, locale, data, goesTo, children }: LayoutProps) => {
  const display = useContext(ShownAs);
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {goesTo !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={`1; url=${goesTo}`} />
          </noscript>
        )}
        <title>{title}</title>
        {display !== 'wap' && <link rel="icon" href={icon} />}
        <style dangerouslySetInnerHTML={{ __html: stylesheets[display] }} />
      </head>
      <body>
        <main data-page={name} data-display={display} data-origin={data?.origin} data-message={data?.message}>
          {children}
        </main>
      </body>
    </html>
  );
};

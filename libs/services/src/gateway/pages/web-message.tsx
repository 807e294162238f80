import type { Locale } from './locale.js';
import { Layout } from './layout.js';
import type { Messages } from './messages/index.js';

/** Tells the window that opened or framed this one, and no other origin; the policy of the page allows exactly it. */
export const tellOpener =
  'const { origin, message } = document.querySelector("main").dataset;' +
  '(window.opener || window.parent).postMessage(JSON.parse(message), origin)';

interface WebMessageProps {
  readonly targetOrigin: string;
  readonly params: Readonly<Record<string, string>>;
  readonly locale: Locale;
  readonly text: Messages;
}

/** Carries the response to the window that waits for it. @see OAuth 2.0 Web Message Response Mode (draft-sakimura-oauth-wmrm-00) §4.1, §5.2 */
export const WebMessage = ({ targetOrigin, params, locale, text }: WebMessageProps) => (
  <Layout
    name="web-message"
    title={text.formPost}
    locale={locale}
    data={{ origin: targetOrigin, message: JSON.stringify({ type: 'authorization_response', response: params }) }}
  >
    <header>
      <h1>{text.formPost}</h1>
    </header>
    <script dangerouslySetInnerHTML={{ __html: tellOpener }} />
  </Layout>
);

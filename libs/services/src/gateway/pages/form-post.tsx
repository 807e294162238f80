import { Layout } from './layout.js';
import type { Locale } from './locale.js';
import type { Messages } from './messages/index.js';
import { Hidden, Primary } from './parts.js';

/** The one line of script in all pages; the policy of the page allows exactly it. Not `form.submit()`: a parameter may be called so. */
export const autoSubmit = 'HTMLFormElement.prototype.submit.call(document.forms[0])';

interface FormPostProps {
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  readonly locale: Locale;
  readonly text: Messages;
}

/** Carries the response to the client; by the button where scripts are off. @see OAuth 2.0 Form Post Response Mode §2 */
export const FormPost = ({ action, params, locale, text }: FormPostProps) => (
  <Layout name="form-post" title={text.formPost} locale={locale}>
    <header>
      <h1>{text.formPost}</h1>
      <p>{text.formPostIntro(hostOf(action))}</p>
    </header>
    <form method="post" action={action}>
      <Hidden fields={params} />
      <div class="buttons">
        <Primary label={text.formPostContinue} />
      </div>
    </form>
    <script dangerouslySetInnerHTML={{ __html: autoSubmit }} />
  </Layout>
);

const hostOf = (uri: string): string => (URL.canParse(uri) && new URL(uri).host) || uri;

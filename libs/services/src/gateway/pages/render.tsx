import type { Display, EndpointReply, Page } from '@portico/endpoint';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { CheckSession } from './check-session.js';
import { Consent } from './consent.js';
import { DeviceCode } from './device-code.js';
import { DeviceConfirm } from './device-confirm.js';
import { DeviceDone } from './device-done.js';
import { ErrorPage } from './error.js';
import { FormPost } from './form-post.js';
import { LoggedOut } from './logged-out.js';
import { Logout } from './logout.js';
import type { Locale } from './locale.js';
import { messages, type Messages } from './messages/index.js';
import { Register } from './register.js';
import { SelectAccount } from './select-account.js';
import { Sessions } from './sessions.js';
import { ShownAs } from './shown-as.js';
import { SignIn } from './sign-in.js';
import { StillSignedIn } from './still-signed-in.js';
import { WebMessage } from './web-message.js';

interface Reader {
  readonly locale: Locale;
}

/** The page as a whole HTML document; every text of the model is escaped. */
export const renderPage = (
  page: Page,
  { locale, display = 'page' }: Reader & { readonly display?: Display | undefined },
): string =>
  document(<ShownAs.Provider value={display}>{bodyOf(page, { locale, text: messages[locale] })}</ShownAs.Provider>);

/** The form that the browser posts to the client. @see OAuth 2.0 Form Post Response Mode §2 */
export const renderFormPost = (
  { action, params }: Pick<EndpointReply & { kind: 'form_post' }, 'action' | 'params'>,
  { locale }: Reader,
): string => document(<FormPost action={action} params={params} locale={locale} text={messages[locale]} />);

/** The page that tells the window of the client. @see OAuth 2.0 Web Message Response Mode (draft-sakimura-oauth-wmrm-00) §5.2 */
export const renderWebMessage = (
  { targetOrigin, params }: Pick<EndpointReply & { kind: 'web_message' }, 'targetOrigin' | 'params'>,
  { locale }: Reader,
): string =>
  document(<WebMessage targetOrigin={targetOrigin} params={params} locale={locale} text={messages[locale]} />);

/** The page that tells clients whether something has changed. @see OpenID Connect Session Management 1.0 §3.2 */
export const renderCheckSession = ({ cookie }: Pick<EndpointReply & { kind: 'check_session' }, 'cookie'>): string =>
  document(<CheckSession cookie={cookie} />);

const document = (html: JSX.Element): string => `<!doctype html>${renderToString(html)}`;

const bodyOf = (page: Page, reader: Reader & { text: Messages }): JSX.Element => {
  switch (page.name) {
    case 'sign-in':
      return <SignIn page={page} {...reader} />;
    case 'select-account':
      return <SelectAccount page={page} {...reader} />;
    case 'consent':
      return <Consent page={page} {...reader} />;
    case 'logout':
      return <Logout page={page} {...reader} />;
    case 'logged-out':
      return <LoggedOut page={page} {...reader} />;
    case 'device-code':
      return <DeviceCode page={page} {...reader} />;
    case 'device-confirm':
      return <DeviceConfirm page={page} {...reader} />;
    case 'device-done':
      return <DeviceDone page={page} {...reader} />;
    case 'still-signed-in':
      return <StillSignedIn {...reader} />;
    case 'register':
      return <Register page={page} {...reader} />;
    case 'sessions':
      return <Sessions page={page} {...reader} />;
    case 'error':
      return <ErrorPage page={page} {...reader} />;
  }
};

import { Layout, type PageProps } from './layout.js';
import type { Messages } from './messages/index.js';
import { Hidden, Primary } from './parts.js';

type DeviceCodePage = PageProps<'device-code'>['page'];

/** Which code does your device show? @see RFC 8628 §3.3, §6.1 */
export const DeviceCode = ({ page, locale, text }: PageProps<'device-code'>) => {
  const { action, csrf, userCode, uiLocales, fault } = page;
  const described = fault === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': 'fault' };
  return (
    <Layout name={page.name} title={text.device} locale={locale}>
      <header>
        <h1>{text.device}</h1>
        <p>{text.deviceIntro}</p>
      </header>
      <Fault page={page} text={text} />
      <form method="post" action={action}>
        <Hidden fields={{ csrf, ...(uiLocales === undefined ? {} : { ui_locales: uiLocales }) }} />
        <label for="user_code">{text.userCode}</label>
        <input
          id="user_code"
          name="user_code"
          class="user-code"
          type="text"
          autocomplete="off"
          autocapitalize="characters"
          autocorrect="off"
          spellcheck={false}
          placeholder="BCDF-GHJK"
          maxLength={32}
          required
          autofocus
          value={userCode ?? ''}
          {...described}
        />
        <div class="buttons">
          <Primary label={text.continue} />
        </div>
      </form>
    </Layout>
  );
};

const Fault = ({ page: { fault, retryAfterSeconds }, text }: { page: DeviceCodePage; text: Messages }) =>
  fault && (
    <p class="fault" role="alert" id="fault">
      {fault === 'unknown_or_expired' ? text.unknownUserCode : text.tooManyAttempts(retryAfterSeconds)}
    </p>
  );

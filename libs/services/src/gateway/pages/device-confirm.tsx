import { Layout, type PageProps } from './layout.js';
import { ClientLinks, Hidden, Logo, Primary, Secondary } from './parts.js';

/** Is that the code of the device in front of you? A link may have come from anybody. @see RFC 8628 §3.3.1, §5.4 */
export const DeviceConfirm = ({ page, locale, text }: PageProps<'device-confirm'>) => {
  const { client, action, csrf, userCode, uiLocales } = page;
  const fields = { csrf, user_code: userCode, ...(uiLocales === undefined ? {} : { ui_locales: uiLocales }) };
  return (
    <Layout name={page.name} title={text.deviceConfirm(client.name)} locale={locale}>
      <header>
        <Logo client={client} />
        <h1>{text.deviceConfirm(client.name)}</h1>
        <p>{text.deviceConfirmIntro}</p>
      </header>
      <form method="post" action={action}>
        <Hidden fields={fields} />
        <p class="user-code" data-user-code={userCode}>
          {userCode}
        </p>
        <p>{text.deviceWarning}</p>
        <div class="buttons">
          <Primary label={text.deviceIsMine} answer="continue" />
          <Secondary label={text.deviceIsNotMine} answer="deny" />
        </div>
      </form>
      <ClientLinks client={client} text={text} />
    </Layout>
  );
};

import { Layout, type PageProps } from './layout.js';
import type { Messages } from './messages/index.js';
import { ClientLinks, Hidden, Logo, Primary, Secondary } from './parts.js';

type SignInPage = PageProps<'sign-in'>['page'];

/** Who are you? */
export const SignIn = ({ page, locale, text }: PageProps<'sign-in'>) => {
  const { client, action, interaction, csrf, cancellable } = page;
  return (
    <Layout name={page.name} title={`${text.signIn} · ${client.name}`} locale={locale}>
      <header>
        <Logo client={client} />
        <h1>{text.signIn}</h1>
        <p>{text.signInTo(client.name)}</p>
      </header>
      <Fault page={page} text={text} />
      <form method="post" action={action}>
        <Hidden fields={{ interaction, csrf }} />
        <Fields page={page} text={text} />
        <div class="buttons">
          <Primary label={text.signIn} />
          {cancellable && <Secondary label={text.cancel} answer="cancel" />}
        </div>
      </form>
      <ClientLinks client={client} text={text} />
    </Layout>
  );
};

const Fault = ({ page, text }: { page: SignInPage; text: Messages }) =>
  page.fault && (
    <p class="fault" role="alert" id="fault">
      {page.fault === 'wrong_credentials' ? text.wrongCredentials : text.tooManyAttempts(page.retryAfterSeconds)}
    </p>
  );

const Fields = ({ page: { identifier, fault }, text }: { page: SignInPage; text: Messages }) => {
  const described = fault === 'wrong_credentials' ? { 'aria-invalid': true, 'aria-describedby': 'fault' } : {};
  return (
    <>
      <label for="identifier">{text.identifier}</label>
      <input
        id="identifier"
        name="identifier"
        type="text"
        autocomplete="username"
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        required
        value={identifier ?? ''}
        autofocus={!identifier}
        {...described}
      />
      <label for="password">{text.password}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        autofocus={Boolean(identifier)}
        {...described}
      />
    </>
  );
};

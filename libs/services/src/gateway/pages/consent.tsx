import { Layout, type PageProps } from './layout.js';
import type { Messages } from './messages/index.js';
import { ClientLinks, Hidden, Logo, Primary, Secondary } from './parts.js';

/** May the client have what it asks for? @see OpenID Connect Core 1.0 §3.1.2.4 */
export const Consent = ({ page, locale, text }: PageProps<'consent'>) => {
  const { client, account, scopes, action, interaction, csrf } = page;
  return (
    <Layout name={page.name} title={text.consent(client.name)} locale={locale}>
      <header>
        <Logo client={client} />
        <h1>{text.consent(client.name)}</h1>
        <p>{text.signedInAs(account.name)}</p>
      </header>
      <form method="post" action={action}>
        <Hidden fields={{ interaction, csrf }} />
        <p id="scopes">{text.consentIntro(client.name)}</p>
        <ul class="scopes" aria-labelledby="scopes">
          {scopes.map((scope) => (
            <Scope scope={scope} text={text} />
          ))}
        </ul>
        <div class="buttons">
          <Primary label={text.allow} answer="allow" />
          <Secondary label={text.deny} answer="deny" />
        </div>
      </form>
      <ClientLinks client={client} text={text} />
    </Layout>
  );
};

/** A scope in words; one that has none is shown as it is rather than hidden. */
const Scope = ({ scope, text }: { scope: string; text: Messages }) => (
  <li data-scope={scope}>{Object.hasOwn(text.scopes, scope) ? text.scopes[scope] : <code>{scope}</code>}</li>
);

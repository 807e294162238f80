import { Layout, type PageProps } from './layout.js';
import { ClientLinks, Hidden, initialOf, Logo, Secondary } from './parts.js';

/** As whom do you want to go on? */
export const SelectAccount = ({ page, locale, text }: PageProps<'select-account'>) => {
  const { client, account, action, interaction, csrf } = page;
  return (
    <Layout name={page.name} title={`${text.selectAccount} · ${client.name}`} locale={locale}>
      <header>
        <Logo client={client} />
        <h1>{text.selectAccount}</h1>
        <p>{text.signInTo(client.name)}</p>
      </header>
      <form method="post" action={action}>
        <Hidden fields={{ interaction, csrf }} />
        <button class="account" type="submit" name="answer" value="continue">
          <span class="avatar" aria-hidden="true">
            {initialOf(account.name)}
          </span>
          <span>{text.continueAs(account.name)}</span>
        </button>
        <div class="buttons">
          <Secondary label={text.otherAccount} answer="other" />
          <Secondary label={text.cancel} answer="cancel" />
        </div>
      </form>
      <ClientLinks client={client} text={text} />
    </Layout>
  );
};

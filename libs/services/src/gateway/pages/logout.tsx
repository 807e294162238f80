import { Layout, type PageProps } from './layout.js';
import { Hidden, Primary, Secondary } from './parts.js';

/** Do you really want to sign out? @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export const Logout = ({ page, locale, text }: PageProps<'logout'>) => (
  <Layout name={page.name} title={text.logout} locale={locale}>
    <header>
      <h1>{text.logout}</h1>
      <p>{text.logoutIntro}</p>
    </header>
    <form method="post" action={page.action}>
      <Hidden fields={{ ...page.fields, csrf: page.csrf }} />
      <div class="buttons">
        <Primary label={text.logoutConfirm} answer="logout" />
        <Secondary label={text.stay} answer="stay" />
      </div>
    </form>
  </Layout>
);

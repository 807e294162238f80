import { Layout, type PageProps } from './layout.js';
import { BackLink } from './parts.js';

/** The end, where no client takes over. */
export const LoggedOut = ({ page, locale, text }: PageProps<'logged-out'>) => (
  <Layout name="logged-out" title={text.loggedOut} locale={locale}>
    <header>
      <h1>{text.loggedOut}</h1>
      <p>{text.loggedOutIntro}</p>
    </header>
    <BackLink back={page.back} text={text} />
  </Layout>
);

import { Layout, type PageProps } from './layout.js';

/** The end, where no client takes over. */
export const LoggedOut = ({ locale, text }: Omit<PageProps<'logged-out'>, 'page'>) => (
  <Layout name="logged-out" title={text.loggedOut} locale={locale}>
    <header>
      <h1>{text.loggedOut}</h1>
      <p>{text.loggedOutIntro}</p>
    </header>
  </Layout>
);

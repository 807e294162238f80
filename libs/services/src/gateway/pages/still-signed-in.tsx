import { Layout, type PageProps } from './layout.js';

/** The person has said that they stay. */
export const StillSignedIn = ({ locale, text }: Pick<PageProps<'still-signed-in'>, 'locale' | 'text'>) => (
  <Layout name="still-signed-in" title={text.stillSignedIn} locale={locale}>
    <header>
      <h1>{text.stillSignedIn}</h1>
      <p>{text.stillSignedInIntro}</p>
    </header>
  </Layout>
);

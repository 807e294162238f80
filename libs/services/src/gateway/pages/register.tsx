import { Layout, type PageProps } from './layout.js';
import { BackLink, SignInLink } from './parts.js';

/** There is no registration; the ways on, where a client is known. */
export const Register = ({ page, locale, text }: PageProps<'register'>) => (
  <Layout name={page.name} title={text.register} locale={locale}>
    <header>
      <h1>{text.register}</h1>
      <p>{text.registerIntro}</p>
    </header>
    <SignInLink signIn={page.signIn} text={text} />
    <BackLink back={page.back} text={text} />
  </Layout>
);

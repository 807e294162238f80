import { Layout, type PageProps } from './layout.js';
import { BackLink } from './parts.js';

const mostMs = 3000;

/** Goes on once every frame has loaded, however that went, or after a while; the policy of the page allows exactly it. */
export const goOn =
  'let gone = false;' +
  'const go = () => { if (!gone) location.replace(document.querySelector("main a").href); gone = true; };' +
  `addEventListener("load", go); setTimeout(go, ${mostMs})`;

/**
 * The end of a session: lets the clients know that were in it, and goes on to the one that asked. Where scripts are off
 * the browser itself goes on, once everything has loaded, or the person does.
 * @see OpenID Connect Front-Channel Logout 1.0 §3
 */
export const LoggedOut = ({ page, locale, text }: PageProps<'logged-out'>) => (
  <Layout name="logged-out" title={text.loggedOut} locale={locale} goesTo={page.next}>
    <header>
      <h1>{text.loggedOut}</h1>
      <p>{page.next === undefined ? text.loggedOutIntro : text.loggedOutGoesOn}</p>
    </header>
    {page.next === undefined ? <BackLink back={page.back} text={text} /> : <Onward uri={page.next} label={text.goOn} />}
    {page.frames?.map((uri) => (
      <iframe src={uri} hidden sandbox="allow-scripts allow-same-origin" title={text.loggedOut} />
    ))}
    {page.next !== undefined && <script dangerouslySetInnerHTML={{ __html: goOn }} />}
  </Layout>
);

// A registered URI, also one of an application's own scheme.
const Onward = ({ uri, label }: { uri: string; label: string }) => (
  <p>
    <a href={uri} rel="noreferrer">
      {label}
    </a>
  </p>
);

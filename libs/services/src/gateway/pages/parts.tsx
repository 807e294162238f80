import type { ClientOnPage, WayBack } from '@portico/endpoint';
import { useContext } from 'preact/hooks';
import type { Messages } from './messages/index.js';
import { ShownAs } from './shown-as.js';

/** The picture of a client; without one, or where it does not load, the first letter of its name; none for a feature phone. */
export const Logo = ({ client: { name, logoUri } }: { client: ClientOnPage }) => {
  const initial = initialOf(name);
  if (useContext(ShownAs) === 'wap') return null;
  return (
    <div class="logo" aria-hidden="true">
      {isPicture(logoUri) ? <img src={logoUri} alt="" data-initial={initial} width="64" height="64" /> : initial}
    </div>
  );
};

const characters = new Intl.Segmenter();

/** The first letter a name can be known by. */
export const initialOf = (name: string): string =>
  characters.segment(name.trim()).containing(0)?.segment.toUpperCase() ?? '?';

/** As the pages' policy has it: no picture over plain http, none that is not one. */
const isPicture = (uri: string | undefined): uri is string => /^(https:\/\/|data:image\/)/.test(uri ?? '');

/** What the client says of itself elsewhere. */
export const ClientLinks = ({ client, text }: { client: ClientOnPage; text: Messages }) => {
  const links = [
    { uri: client.clientUri, label: text.website },
    { uri: client.policyUri, label: text.privacyPolicy },
    { uri: client.tosUri, label: text.terms },
  ].flatMap(({ uri, label }) => (isWebPage(uri) ? [{ uri, label }] : []));
  if (links.length === 0) return null;
  return (
    <footer>
      {links.map(({ uri, label }) => (
        <a href={uri} target="_blank" rel="noopener noreferrer">
          {label}
        </a>
      ))}
    </footer>
  );
};

const WayLink = ({ uri, label }: { uri: string; label: string }) =>
  isWebPage(uri) ? (
    <p>
      <a href={uri} rel="noreferrer">
        {label}
      </a>
    </p>
  ) : null;

/** Back to the client, where one is known. */
export const BackLink = ({ back, text }: { back: WayBack | undefined; text: Messages }) =>
  back ? <WayLink uri={back.uri} label={text.backTo(back.name)} /> : null;

/** To where the client begins a sign-in, where that is known. */
export const SignInLink = ({ signIn, text }: { signIn: WayBack | undefined; text: Messages }) =>
  signIn ? <WayLink uri={signIn.uri} label={text.signInAt(signIn.name)} /> : null;

/** A link must never be `javascript:` or the like. */
const isWebPage = (uri: string | undefined): uri is string => /^https?:\/\//.test(uri ?? '');

/** What a form carries unseen. */
export const Hidden = ({ fields }: { fields: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
);

/** The one thing a form is for; `answer` is what it says, where the form can say several things. */
export const Primary = ({ label, answer }: { label: string; answer?: string }) => (
  <button class="primary" type="submit" {...answerOf(answer)}>
    {label}
  </button>
);

/** Another way out of a form; it needs no field to be filled in. */
export const Secondary = ({ label, answer }: { label: string; answer: string }) => (
  <button class="secondary" type="submit" formNoValidate {...answerOf(answer)}>
    {label}
  </button>
);

const answerOf = (answer: string | undefined) => (answer === undefined ? {} : { name: 'answer', value: answer });

import { Ago } from './ago.js';
import { Layout, type PageProps } from './layout.js';
import type { Locale } from './locale.js';
import type { Messages } from './messages/index.js';
import { Hidden, Logo, Secondary } from './parts.js';

type SessionsPage = PageProps<'sessions'>['page'];
type Session = SessionsPage['sessions'][number];

/** Where am I signed in? */
export const Sessions = ({ page, locale, text }: PageProps<'sessions'>) => (
  <Layout name={page.name} title={text.sessions} locale={locale}>
    <header>
      <h1>{text.sessions}</h1>
      <p>{text.signedInAs(page.account.name)}</p>
    </header>
    <ul class="sessions">
      {page.sessions.map((session) => (
        <Item session={session} page={page} words={{ locale, text }} />
      ))}
    </ul>
    {page.sessions.some(({ current }) => !current) && (
      <form method="post" action={page.action}>
        <Hidden fields={fieldsOf(page)} />
        <div class="buttons">
          <Secondary label={text.endOtherSessions} answer="others" />
        </div>
      </form>
    )}
  </Layout>
);

const localesOf = ({ uiLocales }: SessionsPage): Record<string, string> =>
  uiLocales === undefined ? {} : { ui_locales: uiLocales };

const fieldsOf = (page: SessionsPage): Record<string, string> => ({ csrf: page.csrf, ...localesOf(page) });

interface Words {
  readonly locale: Locale;
  readonly text: Messages;
}

const Item = ({ session, page, words }: { session: Session; page: SessionsPage; words: Words }) => {
  const { sid, current, browser, system, ip, startedAt, lastUsedAt } = session;
  const { text, locale } = words;
  return (
    <li data-sid={sid} data-current={current}>
      <h2>{text.browserOn(browser, system)}</h2>
      {current && <p class="here">{text.thisSession}</p>}
      <p>
        {text.sessionSince} <Ago at={startedAt} now={page.at} locale={locale} />
        {' · '}
        {text.sessionLastUsed} <Ago at={lastUsedAt} now={page.at} locale={locale} />
        {ip !== undefined && ` · ${ip}`}
      </p>
      <Clients session={session} page={page} />
      {current ? (
        <form method="get" action={page.signOut}>
          <Hidden fields={localesOf(page)} />
          <button class="secondary" type="submit">
            {text.logoutConfirm}
          </button>
        </form>
      ) : (
        <form method="post" action={page.action}>
          <Hidden fields={{ ...fieldsOf(page), sid }} />
          <Secondary label={text.endSession} answer="end" />
        </form>
      )}
    </li>
  );
};

const Clients = ({ session, page }: { session: Session; page: SessionsPage }) => {
  const known = new Map(Object.entries(page.clients));
  const clients = session.clientIds.flatMap((id) => known.get(id) ?? []);
  if (clients.length === 0) return null;
  return (
    <ul class="clients">
      {clients.map((client) => (
        <li>
          <Logo client={client} />
          <span>{client.name}</span>
        </li>
      ))}
    </ul>
  );
};

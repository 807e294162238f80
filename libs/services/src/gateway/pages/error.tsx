import { Layout, type PageProps } from './layout.js';
import { BackLink } from './parts.js';
import type { Messages } from './messages/index.js';

/** What went wrong, in words for the person, and in the words of the standard for whoever helps them. */
export const ErrorPage = ({ page, locale, text }: PageProps<'error'>) => {
  const { title, intro } = wordsFor(page.error, text);
  return (
    <Layout name={page.name} title={title} locale={locale}>
      <header>
        <h1>{title}</h1>
        <p>{intro}</p>
      </header>
      <dl>
        <dt>{text.errorCode}</dt>
        <dd data-error={page.error}>
          <code>{page.error}</code>
        </dd>
        <dt>{text.errorDescription}</dt>
        <dd lang="en">{page.description}</dd>
        <dt>{text.correlationId}</dt>
        <dd data-correlation-id={page.correlationId}>
          <code>{page.correlationId}</code>
        </dd>
      </dl>
      <BackLink back={page.back} text={text} />
    </Layout>
  );
};

const wordsFor = (error: string, text: Messages): { title: string; intro: string } => {
  switch (error) {
    case 'temporarily_unavailable':
      return { title: text.unavailable, intro: text.unavailableIntro };
    case 'not_found':
      return { title: text.notFound, intro: text.notFoundIntro };
    default:
      return { title: text.error, intro: text.errorIntro };
  }
};

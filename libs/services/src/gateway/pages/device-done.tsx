import { Layout, type PageProps } from './layout.js';
import { Logo } from './parts.js';

/** The end in this browser: the device goes on, or it does not. @see RFC 8628 §3.3 */
export const DeviceDone = ({ page: { name, client, outcome }, locale, text }: PageProps<'device-done'>) => {
  const [title, intro] =
    outcome === 'approved'
      ? [text.deviceApproved, text.deviceApprovedIntro(client.name)]
      : [text.deviceDenied, text.deviceDeniedIntro(client.name)];
  return (
    <Layout name={name} title={title} locale={locale}>
      <header data-outcome={outcome}>
        <Logo client={client} />
        <h1>{title}</h1>
        <p>{intro}</p>
      </header>
    </Layout>
  );
};

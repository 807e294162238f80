import type { ClientMetadata } from '@portico/oidc';
import type { Claims } from '@portico/sso';

type Sentences<Names extends string> = Readonly<Record<Names, string>>;
type ClientSettings =
  keyof ClientMetadata | 'client_id' | 'client_secret' | 'client_secret_file' | 'client_secret_hash' | 'access_keys';
type AccountSettings = keyof Claims | 'username' | 'password' | 'password_file' | 'password_hash' | 'subject';

/** What each setting of a client means, for whoever writes a `portico.yaml`. @see RFC 7591 §2 */
export const clientSentences: Sentences<ClientSettings> = {
  client_id: 'Names the client; derived from `client_name` where absent (24 hex digits, the same each time).',
  client_secret: 'The secret in clear text. A client that authenticates has exactly one of the three.',
  client_secret_file: 'A file that holds the secret; a relative path starts at the folder of this file.',
  client_secret_hash: 'The argon2id hash of the secret in PHC form.',
  access_keys:
    'Programmatic access keys, for client_credentials alone: `access_key`, `secret` (or `secret_file`, `secret_hash`), `disabled`. Keys that are not named stay, and `disabled` stays where it is left out.',
  client_name: 'The name people see when they sign in and consent.',
  client_description: 'A sentence for administrators.',
  client_uri: 'Home page of the client; linked on the sign-in and consent pages.',
  logo_uri: 'Logo on the sign-in and consent pages.',
  policy_uri: 'How the client uses what it learns; linked there too.',
  tos_uri: 'Terms of service of the client; linked there too.',
  contacts: 'E-mail addresses of those who run the client.',
  initiate_login_uri: 'Where a sign-in that starts elsewhere is sent (OpenID Connect Core 1.0 §4).',
  application_type: 'Does it run on a server or in a browser, or on the person’s device?',
  redirect_uris: 'Where codes and tokens may be sent; compared character by character.',
  post_logout_redirect_uris: 'Where the browser may go after a logout; compared character by character.',
  backchannel_logout_uri:
    'Where it is told that a session has ended, by a signed token; https, and not in a private network (OpenID Connect Back-Channel Logout 1.0).',
  backchannel_logout_session_required: 'It needs to know which session; `sid` is always told.',
  frontchannel_logout_uri:
    'What is loaded in a hidden frame when the person signs out; at the origin of one of its redirect URIs (OpenID Connect Front-Channel Logout 1.0).',
  frontchannel_logout_session_required: 'Add `iss` and `sid` to it.',
  grant_types: 'The exchanges it may use at the token endpoint (RFC 6749 §1.3).',
  response_types: 'What it may ask of the authorization endpoint; `code` for the grant authorization_code.',
  scope: 'The scopes it may ask for; one that is unknown is ignored.',
  subject_type: 'How people are named to it: the same for every client, or `pairwise`, other names for each sector.',
  sector_identifier_uri:
    'A list of redirect URIs on one host, which names the sector of a pairwise client with several hosts.',
  token_endpoint_auth_method: 'How it authenticates at the token endpoint; `none` makes it a public client.',
  introspection_endpoint_auth_method: 'The same at introspection; as at the token endpoint where absent.',
  revocation_endpoint_auth_method: 'The same at revocation; as at the token endpoint where absent.',
  request_object_signing_alg:
    'What its request objects must be signed with; `none`: nothing. Absent: any of its keys, or nothing.',
  token_endpoint_auth_signing_alg: 'What its assertions there must be signed with; absent: any algorithm of its keys.',
  introspection_endpoint_auth_signing_alg: 'The same at introspection.',
  revocation_endpoint_auth_signing_alg: 'The same at revocation.',
  jwks: 'Its public keys: to verify what it signs, and to encrypt for it.',
  jwks_uri: 'Where it publishes them instead: https, and not in a private network; read again when a key is unknown.',
  id_token_signed_response_alg: 'What its ID tokens are signed with; HS256 by its secret, of 32 bytes at least.',
  id_token_encrypted_response_alg: 'Encrypt its ID tokens for one of its keys.',
  id_token_encrypted_response_enc: 'What their content is encrypted with; A128CBC-HS256 where absent.',
  userinfo_signed_response_alg: 'Answer user info as a signed JWT.',
  userinfo_encrypted_response_alg: 'Encrypt user info for one of its keys.',
  userinfo_encrypted_response_enc: 'What its content is encrypted with; A128CBC-HS256 where absent.',
  userinfo_format:
    'User info as JSON: `standard`, or `authing`, as Authing has it: what has no value is null, `updated_at` an ISO time.',
  access_token_signed_response_alg: 'What its JWT access tokens are signed with.',
  access_token_format: 'Access tokens as JWT (RFC 9068) or as opaque texts.',
  default_max_age: 'Seconds after which a person must sign in again, where a request has no max_age.',
  default_acr_values:
    'The acr it prefers where a request has no acr_values: who has signed in with less is asked to sign in again.',
  session_lifetime:
    'Seconds after which a person must sign in again for this client; a request may ask for less by max_age, never for more.',
  require_auth_time: 'It needs auth_time in every ID token; it is always there, whatever is set here.',
  require_pkce: 'Refuse a code request without PKCE; public clients always need it.',
  allow_plain_pkce: 'Tolerate code_challenge_method=plain.',
  redirect_uri_wildcards:
    'A `*` in a registered URI stands for one label or more at the left end of the host (`https://*.example.com/cb`), or for characters of the path (`https://example.com/cb/*`).',
  allow_http_redirect_uris:
    'Let response types with token or id_token have http callbacks; those of a loopback address always may.',
  consent:
    'Is the person asked: `remember`, once; `always`, every time; `skip`, never, for applications of your own (offline_access counts as approved, prompt=consent shows no page).',
  allow_oauth_without_pkce:
    'At plain OAuth 2.0 (`/oauth/auth`) do without PKCE, which the published SDKs do not send there.',
  allowed_cors_origins:
    'Origins whose scripts may ask for the session and end it (`/cas/session`), besides those of the redirect URIs; one with a `*` in its host names none.',
  id_token_profile_claims: 'Put the claims of the scopes into the ID token too.',
  authorization_code_lifetime: 'Seconds for which a code can be redeemed.',
  device_code_lifetime: 'Seconds in which a person must have typed and approved the code of a device.',
  id_token_lifetime: 'Seconds until an ID token expires.',
  access_token_lifetime: 'Seconds until an access token expires.',
  oauth_access_token_lifetime: 'The same at plain OAuth 2.0 (`/oauth/token`).',
  refresh_token_lifetime: 'Seconds until a refresh token that was not used expires.',
  refresh_token_absolute_lifetime:
    'Seconds after which the last refresh token of one approval expires, however often it was renewed.',
};

/** What each setting of an account means; the rest are claims. @see OpenID Connect Core 1.0 §5.1 */
export const accountSentences: Sentences<AccountSettings> = {
  username: 'The name to sign in with, beside e-mail address and phone number; in letters of any case.',
  password: 'The password in clear text; whoever changed it since gets this one back with the next apply.',
  password_file: 'A file that holds the password.',
  password_hash: 'The argon2id hash of the password in PHC form.',
  subject: 'The `sub` of the tokens; generated where absent, and kept.',
  name: 'Full name.',
  given_name: 'Given names.',
  family_name: 'Family names.',
  middle_name: 'Middle names.',
  nickname: 'Casual name.',
  preferred_username: 'The name by which the person wants to be called.',
  profile: 'Page about the person.',
  picture: 'Picture of the person.',
  website: 'Page of the person.',
  email: 'E-mail address; also to sign in with.',
  email_verified: 'Was the address proved to be theirs?',
  gender: 'Gender.',
  birthdate: 'YYYY-MM-DD, 0000-MM-DD without the year, or YYYY.',
  zoneinfo: 'Time zone, such as Asia/Shanghai.',
  locale: 'Language, such as zh-CN.',
  phone_number: 'Phone number (E.164); also to sign in with.',
  phone_number_verified: 'Was the number proved to be theirs?',
  address: 'formatted, street_address, locality, region, postal_code, country.',
  roles: 'Names of roles, told under the scope roles.',
};

/** Names that a standard or Portico's plan knows, each with the section that says what it means. */
export type Known = Readonly<Record<string, string>>;

const registration = 'OpenID Connect Dynamic Client Registration 1.0 §2';
const encrypted = (prefix: string, section: string): Known => ({
  [`${prefix}_encrypted_response_alg`]: section,
  [`${prefix}_encrypted_response_enc`]: section,
});

/**
 * The client settings that are known but not there yet: refused by name, never silently ignored. Whoever implements one
 * takes its line out of here.
 * @see RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2
 */
export const unimplementedClientSettings: Known = {
  software_id: 'RFC 7591 §2',
  software_version: 'RFC 7591 §2',
  software_statement: 'RFC 7591 §2.3',
  client_id_issued_at: 'RFC 7591 §3.2.1',
  client_secret_expires_at: 'RFC 7591 §3.2.1',
  registration_access_token: 'RFC 7592 §3',
  registration_client_uri: 'RFC 7592 §3',
  request_uris: registration,
  request_object_encryption_alg: registration,
  request_object_encryption_enc: registration,
  backchannel_token_delivery_mode: 'OpenID Connect CIBA 1.0 §4',
  backchannel_client_notification_endpoint: 'OpenID Connect CIBA 1.0 §4',
  backchannel_authentication_request_signing_alg: 'OpenID Connect CIBA 1.0 §4',
  backchannel_user_code_parameter: 'OpenID Connect CIBA 1.0 §4',
  tls_client_auth_subject_dn: 'RFC 8705 §2.1.2',
  tls_client_auth_san_dns: 'RFC 8705 §2.1.2',
  tls_client_auth_san_uri: 'RFC 8705 §2.1.2',
  tls_client_auth_san_ip: 'RFC 8705 §2.1.2',
  tls_client_auth_san_email: 'RFC 8705 §2.1.2',
  tls_client_certificate_bound_access_tokens: 'RFC 8705 §3.4',
  require_signed_request_object: 'RFC 9101 §10.5',
  require_pushed_authorization_requests: 'RFC 9126 §6',
  authorization_details_types: 'RFC 9396 §10',
  dpop_bound_access_tokens: 'RFC 9449 §5.2',
  introspection_signed_response_alg: 'RFC 9701 §6',
  ...encrypted('introspection', 'RFC 9701 §6'),
  authorization_signed_response_alg: 'JARM §3',
  ...encrypted('authorization', 'JARM §3'),
};

const certificates = {
  tls_client_auth: 'RFC 8705 §2.1',
  self_signed_tls_client_auth: 'RFC 8705 §2.2',
};

const algorithms = Object.fromEntries(
  ['HS384', 'HS512', 'RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512'].map((alg) => [alg, 'RFC 7518 §3.1']),
);

/** Values of implemented settings that are known but not there yet; the words of a response type in alphabetical order. */
export const unimplementedValues: Readonly<Record<string, Known>> = {
  grant_types: {
    'urn:ietf:params:oauth:grant-type:jwt-bearer': 'RFC 7523 §2.1',
    'urn:ietf:params:oauth:grant-type:saml2-bearer': 'RFC 7522 §2.1',
    'urn:ietf:params:oauth:grant-type:token-exchange': 'RFC 8693 §2.1',
    'urn:openid:params:grant-type:ciba': 'OpenID Connect CIBA 1.0 §4',
  },
  response_types: { token: 'RFC 6749 §4.2' },
  token_endpoint_auth_method: certificates,
  introspection_endpoint_auth_method: certificates,
  revocation_endpoint_auth_method: certificates,
  id_token_signed_response_alg: algorithms,
  userinfo_signed_response_alg: algorithms,
  access_token_signed_response_alg: { ...algorithms, HS256: 'RFC 7518 §3.2' },
};

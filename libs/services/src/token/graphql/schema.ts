import { buildSchema } from 'graphql';

const input = (name: string, identifier: string): string => `
  input ${name} {
    ${identifier}: String!
    password: String!
    captchaCode: String
    autoRegister: Boolean
    clientIp: String
    params: String
    context: String
  }`;

/**
 * What is offered of Authing's v2: the operations, and every field of a person that the SDK asks for. Those of which
 * nothing is kept here are always null.
 */
export const schema = buildSchema(`
  type Query {
    user(id: String): User
    checkLoginStatus(token: String): JwtTokenStatus
  }
  type Mutation {
    loginByEmail(input: LoginByEmailInput!): User
    loginByUsername(input: LoginByUsernameInput!): User
    loginByPhonePassword(input: LoginByPhonePasswordInput!): User
    refreshToken(id: String): RefreshToken
  }
  ${input('LoginByEmailInput', 'email')}
  ${input('LoginByUsernameInput', 'username')}
  ${input('LoginByPhonePasswordInput', 'phone')}
  type JwtTokenStatus { code: Int message: String status: Boolean exp: Int iat: Int data: JwtTokenStatusDetail }
  type JwtTokenStatusDetail { id: String userPoolId: String arn: String }
  type RefreshToken { token: String iat: Int exp: Int }
  type Identity {
    openid: String userIdInIdp: String userId: String connectionId: String isSocial: Boolean
    provider: String type: String userPoolId: String extIdpId: String
  }
  type UserCustomData { key: String value: String dataType: String label: String }
  type User {
    id: String! arn: String! userPoolId: String! status: String
    username: String email: String emailVerified: Boolean phone: String phoneVerified: Boolean phoneCountryCode: String
    identities: [Identity] unionid: String openid: String externalId: String customData: [UserCustomData]
    nickname: String name: String givenName: String familyName: String middleName: String preferredUsername: String
    photo: String profile: String website: String gender: String birthdate: String zoneinfo: String locale: String
    company: String address: String formatted: String streetAddress: String locality: String region: String
    postalCode: String city: String province: String country: String
    password: String oauth: String token: String tokenExpiredAt: String
    registerSource: [String!] loginsCount: Int lastLogin: String lastIP: String signedUp: String newlyCreated: Boolean
    blocked: Boolean isDeleted: Boolean device: String browser: String createdAt: String updatedAt: String
  }
`);

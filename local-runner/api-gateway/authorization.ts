/** What an authorizer adds to the event of the route that it guards, under `requestContext.authorizer`. */
export type Authorization = JwtAuthorization | LambdaAuthorization

export interface JwtAuthorization {
  readonly jwt: {
    /** Each value as text; a list as `[a b]`; null is left out. */
    readonly claims: Readonly<Record<string, string>>
    /** All scopes of the token; null on a route that requires none. */
    readonly scopes: readonly string[] | null
  }
}

export interface LambdaAuthorization {
  /** The context that the authorizer answered; null when there is none. */
  readonly lambda: Readonly<Record<string, unknown>> | null
}

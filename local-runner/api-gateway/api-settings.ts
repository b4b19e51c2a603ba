import * as z from 'zod'
import { lambdaAuthorizer } from './lambda-authorizer-settings.ts'

const ORIGIN = /^(\*|https?:\/\/(\*|[^\s/*]+))$/

const cors = z
  .strictObject({
    allowOrigins: z
      .array(
        z
          .string()
          .regex(ORIGIN, 'An origin is https://host, or one of the wildcards *, https://* and http://*.'),
      )
      .default([]),
    allowMethods: z.array(z.string()).default([]),
    allowHeaders: z.array(z.string()).default([]),
    exposeHeaders: z.array(z.string()).default([]),
    maxAge: z.int().min(-1).max(86_400).optional().describe('seconds'),
    allowCredentials: z.boolean().default(false),
  })
  .refine(
    ({ allowOrigins, allowCredentials }) => !(allowCredentials && allowOrigins.includes('*')),
    'API Gateway refuses allowCredentials together with the origin *.',
  )

/** OAuth's form (RFC 6749, 3.3). */
const scope = z
  .string()
  .regex(/^[!#-[\]-~]+$/, 'A scope is printable ASCII without spaces, double quotes and backslashes.')

const jwtAuthorizer = z.strictObject({
  authorizerType: z.literal('JWT').default('JWT'),
  identitySource: z
    .string()
    .regex(
      /^\$request\.(header|querystring)\.[\w-]+$/,
      'An identity source is $request.header.NAME or $request.querystring.NAME.',
    )
    .default('$request.header.Authorization'),
  jwtConfiguration: z.strictObject({
    issuer: z.url('An issuer is a URL.'),
    audience: z.array(z.string()).min(1, 'There must be at least one audience.'),
  }),
  localJwks: z
    .string()
    .optional()
    .describe(
      'Where the local runner finds the keys: a file, relative to the project or absolute. Without it: as AWS, by the issuer',
    ),
  routes: z
    .record(z.string(), z.strictObject({ authorizationScopes: z.array(scope).default([]) }))
    .describe('The routes it guards'),
})

/** functions/api.json: the settings of the whole HTTP API, in AWS's names. */
export const apiSettings = z
  .strictObject({
    stage: z
      .string()
      .regex(/^(\$default|[\w-]{1,128})$/, 'A stage is $default, or a name of letters, digits, - and _.'),
    stageVariables: z.record(z.string(), z.string()).default({}),
    cors: cors.optional(),
    authorizers: z
      .record(z.string(), z.discriminatedUnion('authorizerType', [jwtAuthorizer, lambdaAuthorizer]))
      .default({}),
    try: z.string().optional().describe('A command that the ready screen shows'),
  })
  .superRefine(({ authorizers }, context) => {
    const guards = new Map<string, string>()
    for (const [name, { routes }] of Object.entries(authorizers)) {
      for (const routeKey of Object.keys(routes)) {
        const first = guards.get(routeKey)
        if (first !== undefined) {
          const message = `"${routeKey}" has the authorizer "${first}" already; a route has one.`
          context.addIssue({ code: 'custom', path: ['authorizers', name, 'routes'], message })
        }
        guards.set(routeKey, name)
      }
    }
  })

export type ApiSettings = z.output<typeof apiSettings>
export type CorsSettings = z.output<typeof cors>
export type JwtAuthorizerSettings = z.output<typeof jwtAuthorizer>

import * as z from 'zod'
import { identitySource } from './identity-sources.ts'

/** A Lambda authorizer of the API, in AWS's names but for its function. */
export const lambdaAuthorizer = z
  .strictObject({
    authorizerType: z.literal('REQUEST'),
    functionName: z.string().describe('A function of the project; AWS has an authorizerUri instead'),
    authorizerPayloadFormatVersion: z.literal('2.0', 'The local runner has format 2.0 only.').default('2.0'),
    enableSimpleResponses: z
      .boolean()
      .default(false)
      .describe('The function answers { isAuthorized, context }, and not an IAM policy'),
    identitySource: z.array(identitySource).default([]),
    authorizerResultTtlInSeconds: z.int().min(0).max(3600).default(0),
    routes: z.record(z.string(), z.strictObject({})).describe('The routes it guards'),
  })
  .refine(
    ({ identitySource: sources, authorizerResultTtlInSeconds: ttl }) => ttl === 0 || sources.length > 0,
    'Identity source must be set if authorizer caching is enabled (TTL is greater than 0)',
  )

export type LambdaAuthorizerSettings = z.output<typeof lambdaAuthorizer>

import * as z from 'zod'
import type { HttpEvent } from './http-event.ts'

/** Those of the context variables (http-api-logging-variables) that the event contains. */
const CONTEXT: Readonly<Record<string, (context: HttpEvent['requestContext']) => string | undefined>> = {
  accountId: ({ accountId }) => accountId,
  apiId: ({ apiId }) => apiId,
  domainName: ({ domainName }) => domainName,
  domainPrefix: ({ domainPrefix }) => domainPrefix,
  httpMethod: ({ http }) => http.method,
  'identity.sourceIp': ({ http }) => http.sourceIp,
  'identity.userAgent': ({ http }) => http.userAgent,
  path: ({ http }) => http.path,
  protocol: ({ http }) => http.protocol,
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ stage }) => stage,
}

const SOURCE = /^\$(request\.header|request\.querystring|stageVariables|context)\.(.+)$/

/** A selection expression for one value that identifies the caller. */
export const identitySource = z
  .string()
  .regex(
    /^\$(request\.(header|querystring)|stageVariables|context)\.[\w.-]+$/,
    'An identity source is $request.header.NAME, $request.querystring.NAME, $stageVariables.NAME or $context.NAME.',
  )
  .refine(
    (source) => {
      const [, place, name = ''] = SOURCE.exec(source) ?? []
      return place !== 'context' || Object.hasOwn(CONTEXT, name)
    },
    `The local runner knows these context variables: ${Object.keys(CONTEXT).join(', ')}.`,
  )

function find(source: string, event: HttpEvent): string | undefined {
  const [, place = '', name = ''] = SOURCE.exec(source) ?? []
  switch (place) {
    case 'request.header':
      return name.toLowerCase() === 'cookie' ? event.cookies?.join('; ') : event.headers[name.toLowerCase()]
    case 'request.querystring':
      return event.queryStringParameters?.[name]
    case 'stageVariables':
      return event.stageVariables?.[name]
    case 'context':
      return CONTEXT[name]?.(event.requestContext)
    default:
      return undefined
  }
}

/** The value of each identity source; undefined when one is missing or empty. */
export function identityOf(sources: readonly string[], event: HttpEvent): readonly string[] | undefined {
  const values = sources.flatMap((source) => find(source, event) || [])
  return values.length === sources.length ? values : undefined
}

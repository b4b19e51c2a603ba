import type { Authorization } from './authorization.ts'
import { HOP_BY_HOP } from './hop-by-hop.ts'
import { parseTarget } from './request-target.ts'
import type { Route } from './routing.ts'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query, as received. */
  readonly url: string
  /** Name, value, name, value, ... as received. */
  readonly rawHeaders: readonly string[]
  readonly sourceIp: string
  readonly body: Buffer
}

export interface Clock {
  readonly requestId: string
  readonly traceId: string
  readonly epochMs: number
}

/** The API's own part of every event. */
export interface Gateway {
  readonly stage: string
  readonly stageVariables: Readonly<Record<string, string>>
}

/** Content types whose body is passed as text; any other body, and one without a type, is base64-encoded. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/
/** The last two as others observed (architect/sandbox). */
const isDropped = (name: string) => HOP_BY_HOP.has(name) || name === 'expect' || name === 'proxy-authenticate'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (value: number) => String(value).padStart(2, '0')

/** Common log format: `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(epochMs: number): string {
  const at = new Date(epochMs)
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':')
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clock} +0000`
}

/** Without a prototype, so that a name such as `constructor` has no inherited value. */
const emptyRecord = () => Object.create(null) as Record<string, string>

function toHeaders({ rawHeaders, body, sourceIp }: ReceivedRequest, traceId: string) {
  const headers = emptyRecord()
  const cookies: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    if (name === 'cookie')
      cookies.push(
        ...value
          .split(';')
          .map((cookie) => cookie.trim())
          .filter(Boolean),
      )
    else if (!isDropped(name))
      headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`
  }
  headers['content-length'] = String(body.length)
  headers['x-amzn-trace-id'] = traceId
  headers['x-forwarded-for'] = headers['x-forwarded-for']
    ? `${headers['x-forwarded-for']}, ${sourceIp}`
    : sourceIp
  // Constant on AWS, where an HTTP API is HTTPS only.
  headers['x-forwarded-port'] = '443'
  headers['x-forwarded-proto'] = 'https'
  return { headers, cookies }
}

function toQuery(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined
  const query = emptyRecord()
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`
  }
  return query
}

function toBody(body: Buffer, contentType: string | undefined) {
  if (body.length === 0) return { isBase64Encoded: false }
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isBase64Encoded = !TEXT.test(mediaType)
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

/**
 * The request as an HTTP API event, payload format 2.0. Empty fields are absent, not null. `rawPath` is decoded despite its
 * name, and begins with the stage unless that is `$default`; the query string is not decoded.
 * @throws URIError when the path contains a malformed escape
 */
export function toHttpEvent(
  request: ReceivedRequest,
  { routeKey, pathParameters }: Route,
  { requestId, traceId, epochMs }: Clock,
  { stage, stageVariables }: Gateway,
  authorizer?: Authorization,
) {
  const { method, url, sourceIp } = request
  const { path, rawQueryString } = parseTarget(url)
  const { headers, cookies } = toHeaders(request, traceId)
  const queryStringParameters = toQuery(rawQueryString)
  // With the port, which AWS has not, so that absolute addresses lead back here.
  const domainName = headers.host ?? 'localhost'
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName,
      domainPrefix: domainName.replace(/:\d+$/, '').split('.')[0],
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      ...(authorizer && { authorizer }),
      requestId,
      routeKey,
      stage,
      time: commonLogTime(epochMs),
      timeEpoch: epochMs,
    },
    ...(pathParameters && { pathParameters }),
    ...(Object.keys(stageVariables).length > 0 && { stageVariables }),
    ...toBody(request.body, headers['content-type']),
  }
}

export type HttpEvent = ReturnType<typeof toHttpEvent>

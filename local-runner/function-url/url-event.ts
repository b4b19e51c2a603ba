import { type Clock, type ReceivedRequest, toHttpEvent } from '../api-gateway/http-event.ts'

const GATEWAY = { stage: '$default', stageVariables: {} }

/**
 * The request as the event of a function URL (urls-invocation): that of an HTTP API, but the path is not decoded, and the
 * account is that of a caller nobody knows.
 */
export function toUrlEvent(request: ReceivedRequest, clock: Clock) {
  const [path = '/', query] = request.url.split(/\?(.*)/s, 2)
  const url = query === undefined ? '/' : `/?${query}`
  const event = toHttpEvent({ ...request, url }, { routeKey: '$default' }, clock, GATEWAY)
  const { requestContext } = event
  return {
    ...event,
    rawPath: path,
    requestContext: {
      ...requestContext,
      accountId: 'anonymous',
      http: { ...requestContext.http, path },
    },
  }
}

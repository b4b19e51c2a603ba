import { withinMs } from '../async/within-ms.ts'
import { internalServerError, message } from '../http/response.ts'
import { ACCOUNT_ID, REGION } from '../lambda/environment-variables.ts'
import type { Invoke } from '../lambda/invocation.ts'
import type { Authorize } from './authorize.ts'
import { type AuthorizerAnswer, parseAnswer } from './authorizer-answer.ts'
import type { HttpEvent } from './http-event.ts'
import { identityOf } from './identity-sources.ts'
import type { LambdaAuthorizerSettings } from './lambda-authorizer-settings.ts'

/** http-api-quotas. */
const ANSWER_LIMIT_MS = 10_000
/** Callers whose answers are kept; the oldest goes first. */
const CACHE_SIZE = 1_000

const unauthorized = { refusal: message(401, 'Unauthorized') }
const forbidden = { refusal: message(403, 'Forbidden') }
const failed = { refusal: internalServerError }

export interface LambdaAuthorizerDeps {
  readonly settings: LambdaAuthorizerSettings
  /** Calls the authorizer's function. */
  readonly invoke: Invoke
  /** Called with why there is no answer to go by; the client gets a 500 that does not say so. */
  readonly onProblem: (problem: string) => void
  /** Monotonic. */
  readonly elapsedMs: () => number
}

/** Its path begins behind the stage, although that of the event contains it. */
function routeArnOf({ requestContext: { apiId, stage, http } }: HttpEvent): string {
  const path = stage === '$default' ? http.path : http.path.slice(`/${stage}`.length) || '/'
  return `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${apiId}/${stage}/${http.method}${path}`
}

/** As that of the route, but the body is not for authorizers; JSON leaves out what is undefined. */
const toAuthorizerEvent = (event: HttpEvent, routeArn: string, identitySource: readonly string[]) => ({
  ...event,
  type: 'REQUEST',
  routeArn,
  identitySource,
  body: undefined,
  isBase64Encoded: undefined,
})

/** Asks a function whether a request may pass, as an HTTP API does (http-api-lambda-authorizer). One for all its routes. */
export function createLambdaAuthorizer(deps: LambdaAuthorizerDeps): Authorize {
  const { settings, invoke, onProblem, elapsedMs } = deps
  const { identitySource: sources, enableSimpleResponses } = settings
  const ttlMs = settings.authorizerResultTtlInSeconds * 1000
  const cache = new Map<string, { readonly answer: AuthorizerAnswer; readonly untilMs: number }>()

  async function ask(payload: string): Promise<AuthorizerAnswer | { readonly problem: string }> {
    const result = await withinMs(ANSWER_LIMIT_MS, invoke(payload, { source: 'http' }))
    switch (result?.outcome) {
      case 'success':
        return parseAnswer(result.payload, enableSimpleResponses)
      case 'function-error':
        return { problem: `the function failed: ${result.error.errorMessage}` }
      case 'throttled':
        return { problem: `the function is throttled: ${result.reason}` }
      case undefined:
        return { problem: `the function has not answered within ${ANSWER_LIMIT_MS / 1000} s` }
    }
  }
  function keep(key: string, answer: AuthorizerAnswer) {
    cache.delete(key)
    cache.set(key, { answer, untilMs: elapsedMs() + ttlMs })
    const [oldest] = cache.keys()
    if (cache.size > CACHE_SIZE && oldest !== undefined) cache.delete(oldest)
  }
  function kept(key: string): AuthorizerAnswer | undefined {
    const found = cache.get(key)
    return found && elapsedMs() < found.untilMs ? found.answer : undefined
  }

  return async (_headers, _query, toEvent) => {
    const event = toEvent()
    const identity = identityOf(sources, event)
    if (!identity) return unauthorized
    const routeArn = routeArnOf(event)
    const key = JSON.stringify(identity)
    let answer = kept(key)
    if (!answer) {
      const asked = await ask(JSON.stringify(toAuthorizerEvent(event, routeArn, identity)))
      if ('problem' in asked) {
        onProblem(asked.problem)
        return failed
      }
      answer = asked
      if (ttlMs > 0) keep(key, answer)
    }
    return answer.allows(routeArn) ? { authorizer: { lambda: answer.context } } : forbidden
  }
}

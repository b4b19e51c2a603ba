import * as z from 'zod'
import { toJson } from '../dead-letters/dead-letter-json.ts'
import { type DeadLetters, UnknownTopicError } from '../dead-letters/dead-letters.ts'
import { readPage } from '../dead-letters/page.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'
import { API_PREFIX } from './api-prefix.ts'
import { describeIssues, isJson, parseJsonBody } from './json-request.ts'

const id = z.string().regex(/^\d{1,10}@\d{1,19}$/, 'must be <partition>@<offset>, such as 0@7')
const ids = z.union([z.literal('all'), z.array(id).min(1)])

const redriveBody = z.strictObject({
  ids,
  value: z.string().optional(),
  isDryRun: z.boolean().default(false),
  ratePerSecond: z.number().positive().optional(),
})

const discardBody = z.strictObject({ ids, reason: z.string() })

const REDRIVE_EXAMPLE = 'Send { "ids": "all" | ["0@7"], "value"?, "isDryRun"?, "ratePerSecond"? }.'
const DISCARD_EXAMPLE = 'Send { "ids": "all" | ["0@7"], "reason": "..." }.'

const pageQuery = z.object({
  after: id.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

const PATH = new RegExp(`^${API_PREFIX}/dead-letters(?:/([^/]+)(?:/([^/]+))?)?$`)

/** A request that cannot be understood: 400. */
class BadRequestError extends Error {}

/** @throws BadRequestError */
function parseBody<Body extends object>(text: string, schema: z.ZodType<Body>, example: string): Body {
  const parsed = parseJsonBody(text, schema, example)
  if (typeof parsed === 'string') throw new BadRequestError(parsed)
  return parsed
}

const toIds = (given: z.infer<typeof ids>) => (given === 'all' ? undefined : given)

/**
 * `GET /api/dead-letters`, `GET /api/dead-letters/<topic>?after=0@7&limit=100` (`next` continues), `GET
 * /api/dead-letters/<topic>/<partition>@<offset>`, `POST /api/dead-letters/<topic>/redrive` and `POST
 * /api/dead-letters/<topic>/discard`.
 */
export function createDeadLettersRoute(deadLetters: DeadLetters): AdminRoute {
  const act = async (topic: string, action: string, body: string) => {
    if (action === 'discard') {
      const parsed = parseBody(body, discardBody, DISCARD_EXAMPLE)
      return deadLetters.discard({ topic, ids: toIds(parsed.ids), reason: parsed.reason })
    }
    const { value, ...rest } = parseBody(body, redriveBody, REDRIVE_EXAMPLE)
    const newValue = value === undefined ? undefined : Buffer.from(value)
    return deadLetters.redrive({ ...rest, topic, ids: toIds(rest.ids), newValue })
  }

  const read = async (topic: string | undefined, one: string | undefined, query: URLSearchParams) => {
    if (topic === undefined) return jsonResponse(200, { items: await deadLetters.list() })
    if (one === undefined) {
      const { data, error } = pageQuery.safeParse(Object.fromEntries(query))
      if (error !== undefined) throw new BadRequestError(`${describeIssues(error, 'query')}.`)
      const { items, next } = await readPage(deadLetters.show(topic, data.after), data.limit)
      return jsonResponse(200, { items: items.map(toJson), next })
    }
    const found = id.safeParse(one).success ? await deadLetters.find(topic, one) : undefined
    return found
      ? jsonResponse(200, toJson(found))
      : jsonResponse(404, { message: `${topic} has no ${one}.` })
  }

  const answer: AdminRoute = async (request) => {
    const { method, path, query, body } = request
    const [matched, topic, last] = (PATH.exec(path) ?? []).map(
      (part: string | undefined) => part && decodeURIComponent(part),
    )
    if (matched === undefined) return undefined
    if (method === 'GET') return read(topic, last, query)
    if (method !== 'POST' || topic === undefined || (last !== 'redrive' && last !== 'discard'))
      return undefined
    if (!isJson(request)) return jsonResponse(415, { message: 'Send application/json.' })
    return jsonResponse(200, await act(topic, last, body))
  }

  return async (request) => {
    try {
      return await answer(request)
    } catch (error) {
      if (error instanceof URIError) return undefined
      const message = error instanceof Error ? error.message : String(error)
      const statusCode =
        error instanceof BadRequestError ? 400 : error instanceof UnknownTopicError ? 404 : 409
      return jsonResponse(statusCode, { message })
    }
  }
}

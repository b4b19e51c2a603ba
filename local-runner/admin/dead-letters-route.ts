import * as z from 'zod'
import { toJson } from '../dead-letters/dead-letter-json.ts'
import { type DeadLetters, UnknownTopicError } from '../dead-letters/dead-letters.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'
import { API_PREFIX } from './api-prefix.ts'

const redriveBody = z.strictObject({
  ids: z.union([
    z.literal('all'),
    z.array(z.string().regex(/^\d+@\d+$/, 'must be <partition>@<offset>, such as 0@7')).min(1),
  ]),
  value: z.string().optional(),
  isDryRun: z.boolean().default(false),
  ratePerSecond: z.number().positive().optional(),
})

const EXPECTED_BODY = 'Send { "ids": "all" | ["0@7"], "value"?, "isDryRun"?, "ratePerSecond"? }.'
const PATH = new RegExp(`^${API_PREFIX}/dead-letters(?:/([^/]+)(?:/([^/]+))?)?$`)

/** @returns the problem as text when the body is not valid */
function parseBody(body: string): z.infer<typeof redriveBody> | string {
  try {
    const { data, error } = redriveBody.safeParse(JSON.parse(body))
    if (error === undefined) return data
    const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    return `${problems.join('; ')}. ${EXPECTED_BODY}`
  } catch (error) {
    return `The body is not JSON: ${String(error)}. ${EXPECTED_BODY}`
  }
}

/**
 * `GET /api/dead-letters`, `GET /api/dead-letters/<topic>`, `GET /api/dead-letters/<topic>/<partition>@<offset>` and
 * `POST /api/dead-letters/<topic>/redrive` with `{ ids: "all" | ["0@7"], value?, isDryRun?, ratePerSecond? }`.
 */
export function createDeadLettersRoute(deadLetters: DeadLetters): AdminRoute {
  const redrive: AdminRoute = async ({ path, contentType, body }) => {
    const topic = decodeURIComponent(PATH.exec(path)?.[1] ?? '')
    // A page of another site can post a form, but cannot post JSON without a preflight.
    if (contentType?.split(';')[0]?.trim() !== 'application/json') {
      return jsonResponse(415, { message: 'Send application/json.' })
    }
    const parsed = parseBody(body)
    if (typeof parsed === 'string') return jsonResponse(400, { message: parsed })
    const { ids, value, ...rest } = parsed
    const report = await deadLetters.redrive({
      ...rest,
      topic,
      ids: ids === 'all' ? undefined : ids,
      newValue: value === undefined ? undefined : Buffer.from(value),
    })
    return jsonResponse(200, report)
  }

  const read = async (topic: string | undefined, id: string | undefined) => {
    if (topic === undefined) return jsonResponse(200, { items: await deadLetters.list() })
    const found = await deadLetters.show(topic)
    if (id === undefined) return jsonResponse(200, { items: found.map(toJson) })
    const one = found.find((letter) => letter.id === id)
    return one ? jsonResponse(200, toJson(one)) : jsonResponse(404, { message: `${topic} has no ${id}.` })
  }

  return async (request) => {
    const [matched, topic, last] = PATH.exec(request.path) ?? []
    if (matched === undefined) return undefined
    try {
      if (request.method === 'POST' && last === 'redrive') return await redrive(request)
      if (request.method === 'GET')
        return await read(topic && decodeURIComponent(topic), last && decodeURIComponent(last))
      return undefined
    } catch (error) {
      if (error instanceof URIError) return undefined
      const message = error instanceof Error ? error.message : String(error)
      return jsonResponse(error instanceof UnknownTopicError ? 404 : 409, { message })
    }
  }
}

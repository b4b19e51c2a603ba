import * as z from 'zod'
import type { DeadLetters } from '../dead-letters/dead-letters.ts'
import type { EventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import { type AdminRoute, jsonResponse } from './admin-server.ts'
import { API_PREFIX } from './api-prefix.ts'
import { isJson, parseJsonBody } from './json-request.ts'

export interface SkippableMapping extends Pick<EventSourceMapping, 'skip' | 'skipProblem'> {
  readonly id: string
  readonly functionName: string
  readonly topic: string
  readonly consumerGroupId: string
}

export interface SkipRouteDeps {
  readonly mappings: () => readonly SkippableMapping[]
  readonly keepSkipped: DeadLetters['keepSkipped']
}

const PATH = new RegExp(`^${API_PREFIX}/mappings/([^/]+)/skip$`)
const EXAMPLE = 'Send { "partition": 3, "offset": 1234 }.'
const offset = z.union([z.int().min(0), z.string().regex(/^\d{1,19}$/, 'must be a number')])
const body = z.strictObject({ partition: z.int().min(0), offset: offset.transform(BigInt) })

/**
 * `POST /api/mappings/<id>/skip`: moves a mapping past one record, and keeps a copy of it as its function's dead letter.
 * The copy is first: a skip that fails after it can be repeated, but a record that is skipped without a copy is lost.
 */
export function createSkipRoute({ mappings, keepSkipped }: SkipRouteDeps): AdminRoute {
  return async (request) => {
    const id = PATH.exec(request.path)?.[1]
    if (id === undefined || request.method !== 'POST') return undefined
    if (!isJson(request)) return jsonResponse(415, { message: 'Send application/json.' })
    const place = parseJsonBody(request.body, body, EXAMPLE)
    if (typeof place === 'string') return jsonResponse(400, { message: place })
    const mapping = mappings().find((one) => one.id === id)
    if (mapping === undefined) return jsonResponse(404, { message: `There is no mapping ${id}.` })
    const refuse = (problem: string) => jsonResponse(409, { message: `It was not skipped: ${problem}.` })
    const { topic, functionName: service, consumerGroupId: group } = mapping
    const problem = mapping.skipProblem(place)
    if (problem !== undefined) return refuse(problem)
    try {
      const copy = await keepSkipped({ topic, ...place, service, group })
      const late = mapping.skip(place)
      return late === undefined
        ? jsonResponse(200, { copy })
        : refuse(`${late}. A copy was kept before that: ${copy.topic} ${copy.id}`)
    } catch (error) {
      return refuse(`no copy of it could be kept (${String(error)})`)
    }
  }
}

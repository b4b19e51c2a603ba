import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import type { History, Request } from './evidence/history.ts'
import { type Plan, planOrder } from './plan.ts'
import { createRandom } from './random.ts'

const REQUEST_LIMIT_MS = 6000

export interface RunClientDeps {
  readonly seed: number
  readonly client: number
  readonly skus: readonly [string, ...string[]]
  /** Base URLs of the order function, one for each runner. */
  readonly orderUrls: readonly [string, ...string[]]
  readonly add: History['add']
  /** Once true, no new order is placed. */
  readonly isDone: () => boolean
  /** Once true, nothing is retried. */
  readonly hasGivenUp: () => boolean
}

type Wanted = Omit<
  Request,
  'client' | 'customerId' | 'key' | 'sentAt' | 'tookMs' | 'status' | 'answer' | 'fault'
>
const answerSchema = z.record(z.string(), z.unknown())

/** Places orders one after the other, each with its repeats, cancellations and reads, until `isDone`. */
export async function runClient(deps: RunClientDeps): Promise<void> {
  for (let index = 0; !deps.isDone(); index += 1) {
    await placeOne(planOrder({ ...deps, index }), deps)
  }
}

async function placeOne(plan: Plan, deps: RunClientDeps): Promise<void> {
  const { seed, client, hasGivenUp } = deps
  const { customerId, key, orderId, lines, tries } = plan
  // A generator of its own, so that the number of retries does not change the next order.
  const pauses = createRandom(`${seed}:pauses:${key}`)
  const pause = (fromMs: number, toMs: number) => delay(pauses.between(fromMs, toMs))
  const order = { customerId, lines, ...(orderId !== undefined && { orderId }) }

  async function ask(wanted: Wanted, path: string, init: RequestInit): Promise<Request> {
    const sentAt = Date.now()
    const outcome = await request(`${pauses.pick(deps.orderUrls)}${path}`, init)
    const asked = { ...wanted, client, customerId, key, sentAt, tookMs: Date.now() - sentAt, ...outcome }
    deps.add(asked)
    return asked
  }
  const post = (action: 'place' | 'repeat' | 'other-body', body: typeof order) =>
    ask({ action, lines: body.lines }, '/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  /** Retries until the answer is a decision, at most `limit` times. */
  async function untilDecided(limit: number, once: () => Promise<Request>): Promise<Request> {
    for (let tried = 1; ; tried += 1) {
      const asked = await once()
      if (isDecision(asked) || tried >= limit || hasGivenUp()) return asked
      await pause(100, 700)
    }
  }

  const placed = await untilDecided(tries, () => post('place', order))
  const accepted = placed.status === 201 || placed.status === 202
  const acceptedId = accepted ? z.string().safeParse(placed.answer?.orderId).data : undefined
  if (isDecision(placed)) {
    if (plan.repeats) await untilDecided(tries, () => post('repeat', order))
    if (plan.asksOtherBody)
      await untilDecided(tries, () => post('other-body', { ...order, lines: plan.otherLines }))
  }
  if (acceptedId === undefined) return
  const path = `/orders/${encodeURIComponent(acceptedId)}`
  if (plan.cancels) {
    await pause(0, 600)
    const wanted = { action: 'cancel', orderId: acceptedId } as const
    await untilDecided(tries, () => ask(wanted, `${path}/cancel`, { method: 'POST' }))
  }
  if (plan.looks) await ask({ action: 'get', orderId: acceptedId }, path, {})
}

/** Whether a retry could not change the answer. */
const isDecision = ({ status, answer }: Request): boolean =>
  status !== undefined && status < 500 && status !== 429 && answer?.code !== 'request_in_progress'

async function request(
  url: string,
  init: RequestInit,
): Promise<Pick<Request, 'status' | 'answer' | 'fault'>> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_LIMIT_MS) })
    const text = await response.text()
    return { status: response.status, answer: answerSchema.parse(JSON.parse(text)) }
  } catch (error) {
    return { fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

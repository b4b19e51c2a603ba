import type { Evidence } from '../evidence/evidence.ts'
import type { Request } from '../evidence/history.ts'

type Check = (evidence: Evidence) => readonly string[]

const isPlacing = ({ action }: Request) => action === 'place' || action === 'repeat'
const isAccepting = ({ status }: Request) => status === 201 || status === 202
const isOutOfStock = ({ status, answer }: Request) => status === 409 && answer?.code === 'out_of_stock'
const orderIdOf = ({ answer }: Request) => (typeof answer?.orderId === 'string' ? answer.orderId : undefined)

const byKey = (history: readonly Request[]) => Map.groupBy(history.filter(isPlacing), ({ key }) => key)
const statusOf = ({ redis }: Evidence) =>
  new Map(redis.orders.map(({ orderId, status }) => [orderId, status]))
const acceptedIds = (history: readonly Request[]) =>
  new Set(
    history
      .filter((request) => isPlacing(request) && isAccepting(request))
      .flatMap((one) => orderIdOf(one) ?? []),
  )

/** I5: one key is one order, over all answers that a client ever got. */
export const oneOrderPerKey: Check = ({ history }) =>
  [...byKey(history)].flatMap(([key, requests]) => {
    const ids = new Set(
      requests.flatMap((request) => (isAccepting(request) ? (orderIdOf(request) ?? []) : [])),
    )
    return ids.size > 1 ? [`${key} was answered with ${[...ids].join(' and ')}`] : []
  })

/** I6: every order that was answered as accepted ends confirmed or cancelled, and is never unknown in between. */
export const acceptedIsKept: Check = (evidence) => {
  const status = statusOf(evidence)
  const accepted = acceptedIds(evidence.history)
  const ends = [...accepted].flatMap((orderId) => {
    const end = status.get(orderId)
    return end === 'CONFIRMED' || end === 'CANCELLED'
      ? []
      : [`${orderId} was accepted and is ${end ?? 'unknown'}`]
  })
  const looks = evidence.history
    .filter(({ action, orderId = '' }) => action === 'get' && accepted.has(orderId))
    .filter(({ status: http = 500, answer }) => http === 404 || (http === 200 && !isKept(answer?.status)))
    .map(
      ({ orderId, status: http, answer }) =>
        `${orderId} was accepted, then GET said ${http} ${String(answer?.status)}`,
    )
  return [...ends, ...looks]
}
const isKept = (status: unknown) => status === 'ACCEPTED' || status === 'CONFIRMED' || status === 'CANCELLED'

/** I7: an accepted order is cancelled only if a client asked for that. */
export const noBrokenPromise: Check = (evidence) => {
  const asked = new Set(
    evidence.history.filter(({ action }) => action === 'cancel').map(({ orderId }) => orderId),
  )
  return evidence.redis.orders
    .filter(({ orderId, status }) => status === 'CANCELLED' && !asked.has(orderId))
    .map(({ orderId }) => `${orderId} is cancelled, and nobody asked for it`)
}

/** I12: the same key and body get the same decision; another body is refused and changes nothing. */
export const sameAnswer: Check = ({ history, redis }) => {
  const linesOf = new Map(redis.orders.map(({ orderId, lines }) => [orderId, sorted(lines)]))
  const decisions = [...byKey(history)].flatMap(([key, requests]) => {
    const faults = []
    const accepting = requests.filter(isAccepting)
    if (accepting.length > 0 && requests.some(isOutOfStock))
      faults.push(`${key} was accepted and out of stock`)
    if (new Set(accepting.map(decisionText)).size > 1)
      faults.push(`${key} was accepted with different bodies`)
    if (requests.some(({ status }) => status === 422)) faults.push(`${key} was refused for its own body`)
    for (const request of accepting) {
      const stored = linesOf.get(orderIdOf(request) ?? '')
      if (stored !== undefined && stored !== sorted(request.lines ?? []))
        faults.push(`${key} is stored with other lines`)
    }
    return [...new Set(faults)]
  })
  const others = history
    .filter(({ action, status = 500, answer }) => action === 'other-body' && !isRefusal(status, answer?.code))
    .map(
      ({ key, status, answer }) => `another body under ${key} was answered ${status} ${String(answer?.code)}`,
    )
  return [...decisions, ...others]
}

/** A 5xx or no answer decides nothing. */
const isRefusal = (status: number, code: unknown) =>
  status >= 500 || (status === 422 && code === 'idempotency_key_reused')

/** `eventPublished` depends on Kafka, and is not part of the decision. */
const decisionText = ({ answer }: Request) => JSON.stringify({ ...answer, eventPublished: undefined })

const sorted = (lines: readonly { readonly sku: string; readonly quantity: number }[]) =>
  lines
    .map(({ sku, quantity }) => `${quantity} x ${sku}`)
    .sort()
    .join(', ')

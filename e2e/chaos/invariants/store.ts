import type { Evidence } from '../evidence/evidence.ts'

type Check = (evidence: Evidence) => readonly string[]

/** Order, stock, customer, notification, analytics, its customers, the list of changed SKUs, and the switch of a reconcile. */
const FAMILIES = /^\{((o|n|an|ac):[0-9a-f]+|(s|c):[^}]+|stock|r)\}:/

/** Has a TTL of 90 s, as a relay that died must not close the shop forever (docs/decisions/backlog-flag.md). */
const MAY_GO_AWAY = '{r}:backlog'

/** I13: intents, outboxes, watches and lag reach 0. */
export const comesToRest: Check = ({ redis, lag }) => [
  ...Object.entries(redis.waiting)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} left in ${name}`),
  ...(lag === 0 ? [] : [`lag ${lag}`]),
]

/** I14: every key belongs to a family with a hash tag, and none has a TTL. An added function decides about its own keys. */
export const keysStay: Check = ({ redis, addedFunctions }) => {
  const isItsOwn = (key: string) =>
    !FAMILIES.test(key) && addedFunctions.some((name) => key.startsWith(`{${name}:`))
  const keys = redis.keys.filter(({ key }) => !isItsOwn(key))
  return [
    ...keys.filter(({ key }) => !FAMILIES.test(key)).map(({ key }) => `${key} belongs to no family`),
    ...keys
      .filter(({ key, ttlMs }) => ttlMs >= 0 && key !== MAY_GO_AWAY)
      .map(({ key, ttlMs }) => `${key} goes away in ${ttlMs} ms`),
  ]
}

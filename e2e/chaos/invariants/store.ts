import type { Evidence } from '../evidence/evidence.ts'

type Judge = (evidence: Evidence) => readonly string[]

/** Order, stock, customer, notification, analytics, its customers, the list of changed SKUs, and the switch of a reconcile. */
const FAMILIES = /^\{((o|n|an|ac):[0-9a-f]+|(s|c):[^}]+|stock|r)\}:/

/** Says for 90 s that the outbox is too old: a relay that dies must not close the shop for ever (docs/decisions/backlog-flag.md). */
const MAY_GO_AWAY = '{r}:backlog'

/** I13: intents, outboxes, watches and lag come down to nothing. */
export const comesToRest: Judge = ({ redis, lag }) => [
  ...Object.entries(redis.waiting)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} left in ${name}`),
  ...(lag === 0 ? [] : [`lag ${lag}`]),
]

/** I14: every key belongs to a family with a hash tag, and none goes away by itself. */
export const keysStay: Judge = ({ redis }) => [
  ...redis.keys.filter(({ key }) => !FAMILIES.test(key)).map(({ key }) => `${key} belongs to no family`),
  ...redis.keys
    .filter(({ key, ttlMs }) => ttlMs >= 0 && key !== MAY_GO_AWAY)
    .map(({ key, ttlMs }) => `${key} goes away in ${ttlMs} ms`),
]

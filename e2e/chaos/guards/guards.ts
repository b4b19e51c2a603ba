/** A line of code that keeps a promise of the protocol, and the tests of which one must fail without it. */
export interface Guard {
  readonly name: string
  /** From the project's root. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly guard: string
  readonly instead: string
  readonly tests: readonly string[]
}

const RELEASE = 'shared/orders/stock-release.lua'
const RESERVE = 'functions/order/place/stock-reserve.lua'
const DEDUCT = 'functions/stock/stock-deduct.lua'
const holds = ['functions/order/place/stock-holds.contract.test.ts']
const orders = ['functions/order/orders/orders.contract.test.ts']
const intents = ['functions/order/orders/intents.contract.test.ts']
const NOTIFY = 'functions/notification/notify-customer.ts'
const BATCH = 'shared/middleware/kafka-batch.ts'
const batch = ['shared/middleware/kafka-batch-order.test.ts']
const DELIVERED = 'functions/stock/settle-delivered.ts'
const stock = ['functions/stock/stock-handler.test.ts']
const ledger = ['functions/stock/stock-ledger.contract.test.ts']

/** Every guard of the protocol and of the clients (docs/order-protocol.md 5, 6 and 15). */
export const GUARDS: readonly Guard[] = [
  {
    name: 'tombstone of a release without a hold',
    file: RELEASE,
    guard: "writeEntry(ledgerKey, orderId, 'X', quantity, attempt)\n  return 'TOMBSTONE'",
    instead: "return 'TOMBSTONE'",
    tests: holds,
  },
  {
    name: 'a tombstone refuses its own attempt',
    file: RESERVE,
    guard: "if letter == 'Z' or letter == 'X' and entryAttempt >= attempt then return { 'REFUSED' } end",
    instead: '',
    tests: holds,
  },
  {
    name: 'a repeated reserve finds its own hold',
    file: RESERVE,
    guard: "if letter == 'R' or letter == 'D' then",
    instead: 'if false then',
    tests: holds,
  },
  {
    name: 'no more is held than is free',
    file: RESERVE,
    guard: "if available < quantity then return { 'INSUFFICIENT', available } end",
    instead: '',
    tests: holds,
  },
  {
    name: 'attempt in release',
    file: RELEASE,
    guard: "if entryAttempt > attempt then return 'STALE' end",
    instead: '',
    tests: holds,
  },
  {
    name: 'fence in accept',
    file: 'functions/order/orders/order-accept.lua',
    guard: "if currentAttempt ~= attempt then return 'FENCED' end",
    instead: '',
    tests: orders,
  },
  {
    name: 'fence in fail',
    file: 'functions/order/orders/order-fail.lua',
    guard: "if currentAttempt ~= attempt then return 'FENCED' end",
    instead: '',
    tests: orders,
  },
  {
    name: 'the sweeper leaves a running lease alone',
    file: 'functions/order/orders/order-fail.lua',
    guard: "if needsLeaseEnd == '1' and tonumber(leaseEndMs) > now then return 'BUSY' end",
    instead: '',
    tests: intents,
  },
  {
    name: 'intent kept until release',
    file: 'functions/order/orders/order-fail.lua',
    guard: "redis.call('ZADD', intentsKey, now, orderId)",
    instead: "redis.call('ZREM', intentsKey, orderId)",
    tests: [...intents, 'e2e/failure-table.test.ts'],
  },
  {
    name: 'attempt in intent-done',
    file: 'functions/order/orders/intent-done.lua',
    guard: ' or currentAttempt ~= attempt then return 0 end',
    instead: ' then return 0 end',
    tests: intents,
  },
  {
    name: 'another body under the same key',
    file: 'functions/order/orders/order-begin.lua',
    guard: "if storedFingerprint ~= fingerprint then return { 'MISMATCH' } end",
    instead: '',
    tests: orders,
  },
  {
    name: 'one attempt at a time',
    file: 'functions/order/orders/order-begin.lua',
    guard: "if state == 'RESERVING' and tonumber(leaseEndMs) > now then",
    instead: 'if false then',
    tests: orders,
  },
  {
    name: 'event in the outbox at accept',
    file: 'functions/order/orders/order-accept.lua',
    guard: "redis.call('ZADD', dueOutboxesKey, now + publishLeaseMs, orderId)",
    instead: '',
    tests: [...orders, 'functions/order/publish/relay-events.test.ts'],
  },
  {
    name: 'watch list at accept',
    file: 'functions/order/orders/order-accept.lua',
    guard: "redis.call('ZADD', watchListKey, now + watchMs, orderId)",
    instead: '',
    tests: [...orders, 'functions/order/publish/watch-list.contract.test.ts'],
  },
  {
    name: 'watch list at confirm and cancel',
    file: 'shared/orders/order-move.lua',
    guard: "redis.call('ZADD', watchListKey, now + watchMs, orderId)",
    instead: '',
    tests: ['functions/stock/order-progress.contract.test.ts'],
  },
  {
    name: 'event in the outbox at confirm and cancel',
    file: 'shared/orders/order-move.lua',
    guard: "redis.call('ZADD', dueOutboxesKey, 'NX', now + publishLeaseMs, orderId)",
    instead: '',
    tests: ['functions/stock/order-progress.contract.test.ts'],
  },
  {
    name: 'an unread event is published again',
    file: 'functions/order/publish/order-nudge.lua',
    guard: "redis.call('ZADD', dueOutboxesKey, now, orderId)",
    instead: '',
    tests: ['functions/order/publish/watch-list.contract.test.ts'],
  },
  {
    name: 'the watch ends only with the last event',
    file: 'functions/stock/event-read-back.lua',
    guard: 'if next(unread) then return 1 end',
    instead: '',
    tests: ['functions/stock/order-progress.contract.test.ts'],
  },
  {
    name: 'an order moves only from the states named',
    file: 'shared/orders/order-move.lua',
    guard: "if not isAllowed then return { 'REFUSED', state } end",
    instead: '',
    tests: ['functions/stock/order-progress.contract.test.ts'],
  },
  {
    name: 'a repeated deduct finds its own deduction',
    file: DEDUCT,
    guard: "if letter == 'D' then return 'ALREADY' end",
    instead: "if letter == 'D' then letter = 'R' end",
    tests: ledger,
  },
  {
    name: 'a deduct after a release is refused',
    file: DEDUCT,
    guard: "if letter ~= 'R' then return 'REFUSED' end",
    instead: '',
    tests: ledger,
  },
  {
    name: 'a deduction that cannot be finished is not begun',
    file: DEDUCT,
    guard: '  checkIntegers(stockKey, { onHand = onHand, reserved = reserved, sold = sold })\n  redis.call(',
    instead: '  redis.call(',
    tests: ledger,
  },
  {
    name: 'a restock that cannot be finished is not begun',
    file: RELEASE,
    guard: "checkIntegers(stockKey, { onHand = onHand or '0', sold = sold or '0' })",
    instead: '',
    tests: ledger,
  },
  {
    name: 'an entry that cannot be read is not absent',
    file: 'shared/orders/lua/ledger-entry.lua',
    guard: "if not letter then wrongType(orderId .. ' of ' .. ledgerKey .. ' is not an entry') end",
    instead: '',
    tests: ledger,
  },
  {
    name: 'an order moves only with its event',
    file: 'shared/orders/order-move.lua',
    guard:
      "checkType('hash', { orderOutboxKey, eventsKey })\ncheckType('zset', { dueOutboxesKey, watchListKey })",
    instead: '',
    tests: ['functions/stock/order-progress.contract.test.ts'],
  },
  {
    name: 'stock comes back once',
    file: RELEASE,
    guard: "writeEntry(ledgerKey, orderId, 'Z', ",
    instead: "writeEntry(ledgerKey, orderId, 'D', ",
    tests: ledger,
  },
  {
    name: 'stock believes the store',
    file: DELIVERED,
    guard: 'await eventAt(orderId, sequence)',
    instead: 'event',
    tests: [...stock, 'e2e/failure-table.test.ts'],
  },
  {
    name: 'a record that contradicts the store is refused',
    file: DELIVERED,
    guard: 'if (!stored || !agrees(event, stored)) {',
    instead: 'if (!stored) {',
    tests: [...stock, 'e2e/failure-table.test.ts'],
  },
  {
    name: 'what an order is comes from the store',
    file: DELIVERED,
    guard: 'await settleOrder(stored, deps)',
    instead: 'await settleOrder(event, deps)',
    tests: stock,
  },
  {
    name: 'only the change that was made is read back',
    file: 'functions/stock/read-change-back.ts',
    guard: 'if (agrees(change, unread)) return readBack(sku, revision)',
    instead: 'return readBack(sku, revision)',
    tests: stock,
  },
  {
    name: 'an event is read back from its own topic only',
    file: 'functions/stock/read-record.ts',
    guard: 'if (topic === expected) return',
    instead: 'return',
    tests: stock,
  },
  {
    name: 'analytics counts an event once',
    file: 'functions/analytics/apply-once.lua',
    guard: "if redis.call('SISMEMBER', seenKey, eventId) == 1 then return 'ALREADY' end",
    instead: '',
    tests: ['functions/analytics/counters.contract.test.ts'],
  },
  {
    name: 'analytics counts an event wholly or not at all',
    file: 'functions/analytics/apply-once.lua',
    guard: 'checkIntegers(countersKey, { [ARGV[i]] = count })',
    instead: '',
    tests: ['functions/analytics/counters.contract.test.ts'],
  },
  {
    name: 'a notification is claimed once',
    file: 'functions/notification/notify-claim.lua',
    guard: "if tonumber(leaseEndMs) > now then return 'BUSY' end",
    instead: '',
    tests: ['functions/notification/notifications.contract.test.ts'],
  },
  {
    name: 'a notification in doubt is not sent again',
    file: 'functions/notification/notify-claim.lua',
    guard: 'if not isIdempotent then',
    instead: 'if false then',
    tests: ['functions/notification/notifications.contract.test.ts'],
  },
  {
    name: 'a mail is claimed only when a connection is free',
    file: NOTIFY,
    guard: 'await channel.whenFree(async (sendOne) => {',
    instead:
      'await ((use: Function) => use((...mail: unknown[]) => channel.whenFree((send) => (send as Function)(...mail))))(async (sendOne: Function) => {',
    tests: ['functions/notification/notify-customer.test.ts'],
  },
  {
    name: 'a mail is claimed only with the time to send it',
    file: NOTIFY,
    guard: 'if (msLeft() < CLAIM_LEASE_MS) throw outOfTime()',
    instead: '',
    tests: [
      'functions/notification/notify-customer.test.ts',
      'functions/notification/notification-handler.test.ts',
    ],
  },
  {
    name: 'no more mails are begun than there are connections',
    file: 'functions/notification/smtp-connections.ts',
    guard: '(await new Promise<Place>((resolve) => waiting.push(resolve)))',
    instead: '{ limit: createTimeLimit(SEND_BUDGET_MS) }',
    tests: ['functions/notification/smtp-connections.integration.test.ts'],
  },
  {
    name: 'a fenced attempt touches nothing',
    file: 'functions/order/place/place-order.ts',
    guard: "if (rejected === 'FENCED') throw fenced(deps.metrics)",
    instead: '',
    tests: ['functions/order/order-handler.test.ts', 'e2e/failure-table.test.ts'],
  },
  {
    name: 'what stands behind a failed record is retried too',
    file: BATCH,
    guard: 'records.slice(untilFailure(records, failed).length)',
    instead: 'records.filter((record) => failed.has(record))',
    tests: [
      ...batch,
      'functions/stock/stock-handler.test.ts',
      'functions/analytics/analytics-handler.test.ts',
    ],
  },
  {
    name: 'the records of one order are handled in order',
    file: BATCH,
    guard: 'Map.groupBy(records, ({ key }) => key)',
    instead: 'Map.groupBy(records, (record) => record)',
    tests: batch,
  },
  {
    name: 'a failed record stops its order',
    file: BATCH,
    guard: 'if (!isTerminal(error)) return void failed.set(record, error)',
    instead: 'if (!isTerminal(error)) { failed.set(record, error); continue }',
    tests: batch,
  },
  {
    name: 'no dead letter behind a failed record',
    file: BATCH,
    guard: 'const settled = untilFailure(records, failed)',
    instead: 'const settled = records',
    tests: batch,
  },
  {
    name: 'each record has an acknowledgement of its own',
    file: 'shared/kafka/producer-session.ts',
    guard: 'result.partition === partitions.get(message) &&',
    instead: '',
    tests: ['shared/kafka/producer.integration.test.ts'],
  },
  {
    name: 'one pass per send',
    file: 'shared/kafka/producer-session.ts',
    guard: 'retry: { retries: 0 }',
    instead: 'retry: { retries: 5 }',
    tests: ['shared/kafka/producer.integration.test.ts'],
  },
  {
    name: 'a failed session is not used again',
    file: 'shared/kafka/producer.ts',
    guard: 'if (!isAnswer(error)) giveUp(current)',
    instead: '',
    tests: ['shared/kafka/producer.integration.test.ts'],
  },
  {
    name: 'a shard that is away does not stop the others',
    file: 'functions/order/orders/ask-all-shards.ts',
    guard: '(defect ?? failed.length === answers.length)',
    instead: '(failed.length > 0)',
    tests: ['functions/order/orders/ask-all-shards.test.ts'],
  },
  {
    name: 'an idle connection sets no timer',
    file: 'shared/kafka/idle-timer.ts',
    guard: 'if (this.pending.length === 0 && throttledMs <= 0) return',
    instead: '',
    tests: ['shared/kafka/idle-timer.integration.test.ts'],
  },
  {
    name: 'nothing waits in the offline queue',
    file: 'shared/redis/redis-client.ts',
    guard: 'const enableOfflineQueue = false',
    instead: 'const enableOfflineQueue = true',
    tests: ['shared/redis/connection.integration.test.ts', 'e2e/redis-cluster.test.ts'],
  },
  {
    name: 'a lost cluster is found again',
    file: 'shared/redis/redis-client.ts',
    guard: "if (cluster.status === 'ready') connect(node)",
    instead: 'connect(node)',
    tests: ['e2e/redis-cluster.test.ts'],
  },
]

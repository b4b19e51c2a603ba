import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import type { OrderEvent } from '../../shared/orders/order-event.ts'
import { placed } from '../../shared/testing/placed-event.ts'
import { recordingLog } from '../../shared/testing/recording-log.ts'
import type { Channel, Message, SendResult } from './channel.ts'
import { createMemoryNotifications } from './notifications.memory.ts'
import { CLAIM_LEASE_MS, notifyCustomer as notify, type NotifyCustomerDeps } from './notify-customer.ts'

const notifyCustomer = (event: OrderEvent, deps: NotifyCustomerDeps, msLeft = CLAIM_LEASE_MS) =>
  notify(event, deps, () => msLeft)

function setup({ idempotent = false }: { readonly idempotent?: boolean } = {}) {
  const clock = { ms: Date.UTC(2026, 10, 24) }
  const answers: (SendResult | Error)[] = []
  const sent: { readonly key: string; readonly message: Message }[] = []
  const store = createMemoryNotifications(() => clock.ms)
  const { log, entries } = recordingLog()
  let owners = 0
  const send = async (key: string, message: Message): Promise<SendResult> => {
    sent.push({ key, message })
    const answer = answers.shift() ?? { outcome: 'SENT' }
    if (answer instanceof Error) throw answer
    return answer
  }
  const email: Channel = { name: 'email', idempotent, whenFree: (use) => use(send) }
  const status = async () => (await store.ofOrder('ord_1', 1))[0]?.status
  const deps = { notifications: store, channels: [email], newOwner: () => `owner-${++owners}`, log }
  return { clock, answers, sent, store, entries, deps, status }
}

const outage = new AppError('unavailable', 'redis_unavailable', 'Redis did not answer')

test('sends a mail once, however often the event comes', async () => {
  const { deps, sent, status } = setup()
  await notifyCustomer(placed, deps)
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({ key: 'ord_1:1:email', message: { to: 'c-1@example.test' } })
  expect(await status()).toBe('SENT')
})

test('sends once through each channel', async () => {
  const { deps, sent } = setup()
  const [email] = deps.channels
  if (!email) throw new Error('no channel')
  const both = { ...deps, channels: [email, { ...email, name: 'sms' }] }
  await notifyCustomer(placed, both)
  await notifyCustomer(placed, both)
  expect(sent.map(({ key }) => key)).toEqual(['ord_1:1:email', 'ord_1:1:sms'])
})

test('sends on the retry what surely did not go out', async () => {
  const { deps, answers, sent, status } = setup()
  answers.push({ outcome: 'NOT_SENT', reason: 'ECONNREFUSED' })
  await expect(notifyCustomer(placed, deps)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'smtp_unavailable',
  })
  expect(await status()).toBe('PENDING')
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(2)
  expect(await status()).toBe('SENT')
})

test('never sends again what was refused for good, and keeps the reason', async () => {
  const { deps, answers, sent, store } = setup()
  answers.push({ outcome: 'REFUSED', reason: '550 no such user' })
  await notifyCustomer(placed, deps)
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(1)
  expect(await store.ofOrder('ord_1', 1)).toMatchObject([{ status: 'FAILED', reason: '550 no such user' }])
})

test('never sends again what may have gone out', async () => {
  const { deps, answers, sent, entries, status } = setup()
  answers.push({ outcome: 'UNKNOWN', reason: 'connection lost' })
  await notifyCustomer(placed, deps)
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(1)
  expect(await status()).toBe('INDETERMINATE')
  expect(entries.some(({ level }) => level === 'error')).toBe(true)
})

test('row 19: sends again what may have gone out where the other side drops repeats', async () => {
  const { deps, answers, sent, status } = setup({ idempotent: true })
  answers.push({ outcome: 'UNKNOWN', reason: 'connection lost' })
  await expect(notifyCustomer(placed, deps)).rejects.toMatchObject({ kind: 'unavailable' })
  await notifyCustomer(placed, deps)
  expect(sent.map(({ key }) => key)).toEqual(['ord_1:1:email', 'ord_1:1:email'])
  expect(await status()).toBe('SENT')
})

test('row 19: waits for a sender that died, then gives up on its mail aloud', async () => {
  const { deps, answers, clock, sent, entries, status } = setup()
  answers.push(new Error('killed while sending'))
  await expect(notifyCustomer(placed, deps)).rejects.toThrow('killed while sending')
  await expect(notifyCustomer(placed, deps)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'notification_busy',
  })
  clock.ms += CLAIM_LEASE_MS
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(1)
  expect(await status()).toBe('INDETERMINATE')
  expect(entries).toMatchObject([{ level: 'error' }])
})

test('sends nothing, and fails so that the record is retried, when Redis does not answer', async () => {
  const { deps, store, sent } = setup()
  const fail = () => Promise.reject(outage)
  const down = { ...deps, notifications: { ...store, claim: fail, release: fail } }
  await expect(notifyCustomer(placed, down)).rejects.toBe(outage)
  expect(sent).toEqual([])
})

test('sends on the retry when a claim was made but its answer lost', async () => {
  const { deps, store, sent } = setup()
  const claim: typeof store.claim = async (...args) => {
    await store.claim(...args)
    throw outage
  }
  await expect(notifyCustomer(placed, { ...deps, notifications: { ...store, claim } })).rejects.toBe(outage)
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(1)
})

test('does not send again when the mail went out but could not be noted', async () => {
  const { deps, store, clock, sent, status } = setup()
  const failing = { ...deps, notifications: { ...store, done: () => Promise.reject(outage) } }
  await expect(notifyCustomer(placed, failing)).rejects.toBe(outage)
  clock.ms += CLAIM_LEASE_MS
  await notifyCustomer(placed, deps)
  expect(sent).toHaveLength(1)
  expect(await status()).toBe('INDETERMINATE')
})

test('claims, and looks at the time, only when the channel is free', async () => {
  const { deps, store, sent } = setup()
  const [email] = deps.channels
  if (!email) throw new Error('no channel')
  const free = Promise.withResolvers<void>()
  const looked: string[] = []
  const busy: Channel = { ...email, whenFree: (use) => free.promise.then(() => email.whenFree(use)) }
  const claim: typeof store.claim = (...args) => {
    looked.push('claim')
    return store.claim(...args)
  }
  const waiting = notify(placed, { ...deps, channels: [busy], notifications: { ...store, claim } }, () => {
    looked.push('time')
    return CLAIM_LEASE_MS
  })
  await setImmediate()
  expect(looked).toEqual([])
  free.resolve()
  await waiting
  expect(looked).toEqual(['time', 'claim'])
  expect(sent).toHaveLength(1)
})

test('claims nothing that it may not have the time to send', async () => {
  const { deps, status } = setup()
  await expect(notifyCustomer(placed, deps, CLAIM_LEASE_MS - 1)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'out_of_time',
  })
  expect(await status()).toBeUndefined()
})

import { describe, expect, test, vi } from 'vitest'
import { NOTIFICATION_SHARDS } from '../../shared/orders/constants.ts'
import { shardOf } from '../../shared/orders/keys.ts'
import { expectUntouched } from '../../shared/testing/expect-untouched.ts'
import { hosts, onRedisOnly } from '../../shared/testing/hosts.ts'
import { createMemoryNotifications } from './notifications.memory.ts'
import { createNotifications, type NewNotification } from './notifications.ts'

const mail: NewNotification = {
  eventId: 'ord_1:1',
  orderId: 'ord_1',
  type: 'com.example.order.placed.v1',
  channel: 'email',
  to: 'c-1@example.test',
  subject: 'We have received your order ord_1',
}
const claimOf = (owner: string, leaseMs = 60_000) => ({ owner, leaseMs, idempotent: false })

describe.each(
  hosts(
    () => createMemoryNotifications(Date.now),
    (redis) => () => createNotifications(redis),
  ),
)('%s', (_host, create) => {
  test('lets one owner send, and the same one when it asks again', async () => {
    const { claim } = create()
    expect(await claim(mail, claimOf('a'))).toBe('SEND')
    expect(await claim(mail, claimOf('b'))).toBe('BUSY')
    expect(await claim(mail, claimOf('a'))).toBe('SEND')
  })

  test('keeps two channels of one event apart', async () => {
    const { claim } = create()
    expect(await claim(mail, claimOf('a'))).toBe('SEND')
    expect(await claim({ ...mail, channel: 'sms' }, claimOf('b'))).toBe('SEND')
  })

  test('remembers that it was sent', async () => {
    const { claim, done } = create()
    await claim(mail, claimOf('a'))
    expect(await done(mail, 'a', 'SENT', '')).toBe('OK')
    expect(await done(mail, 'a', 'SENT', '')).toBe('ALREADY')
    expect(await claim(mail, claimOf('b'))).toBe('SENT')
  })

  test('presumes one of which nothing is known as INDETERMINATE, once, and nobody sends it', async () => {
    const { presume, statusOf, claim, done, newest } = create()
    expect(await statusOf(mail)).toBeUndefined()
    expect(await presume(mail, '2026-11-24T10:00:00.000Z', 'lost')).toBe('PRESUMED')
    expect(await presume(mail, '2026-11-24T10:00:00.000Z', 'lost')).toBe('INDETERMINATE')
    expect(await statusOf(mail)).toBe('INDETERMINATE')
    expect(await claim(mail, claimOf('a'))).toBe('INDETERMINATE')
    expect(await done(mail, 'a', 'SENT', '')).toBe('FENCED')
    expect(await newest(9)).toMatchObject([
      { ...mail, status: 'INDETERMINATE', claimedAt: '2026-11-24T10:00:00.000Z', reason: 'lost' },
    ])
  })

  test('presumes nothing of one that somebody has claimed', async () => {
    const { presume, claim, done, statusOf } = create()
    await claim(mail, claimOf('a'))
    expect(await presume(mail, '2026-11-24T10:00:00.000Z', 'lost')).toBe('SENDING')
    await done(mail, 'a', 'SENT', '')
    expect(await presume(mail, '2026-11-24T10:00:00.000Z', 'lost')).toBe('SENT')
    expect(await statusOf(mail)).toBe('SENT')
  })

  test('remembers that it was refused, and why', async () => {
    const { claim, done, ofOrder } = create()
    await claim(mail, claimOf('a'))
    expect(await done(mail, 'a', 'FAILED', '550 no such user')).toBe('OK')
    expect(await claim(mail, claimOf('b'))).toBe('FAILED')
    expect(await ofOrder('ord_1', 50)).toMatchObject([{ status: 'FAILED', reason: '550 no such user' }])
  })

  test('is never sent again when its sender did not report back', async () => {
    const { claim } = create()
    await claim(mail, claimOf('a', 1))
    await vi.waitFor(async () => expect(await claim(mail, claimOf('b'))).toBe('INDETERMINATE'))
    expect(await claim(mail, claimOf('c'))).toBe('INDETERMINATE')
  })

  test('is sent again after the lease where the other side drops repeats', async () => {
    const { claim, done } = create()
    await claim(mail, claimOf('a', 1))
    await vi.waitFor(async () =>
      expect(await claim(mail, { ...claimOf('b'), idempotent: true })).toBe('SEND'),
    )
    expect(await done(mail, 'a', 'SENT', '')).toBe('FENCED')
    expect(await done(mail, 'b', 'SENT', '')).toBe('OK')
  })

  test('lets the owner say after its lease that it was sent, and nobody else', async () => {
    const { claim, done } = create()
    await claim(mail, claimOf('a', 1))
    await vi.waitFor(async () => expect(await claim(mail, claimOf('b'))).toBe('INDETERMINATE'))
    expect(await done(mail, 'b', 'SENT', '')).toBe('FENCED')
    expect(await done(mail, 'a', 'SENT', '')).toBe('OK')
    expect(await claim(mail, claimOf('c'))).toBe('SENT')
  })

  test('is sent by the next one once its claim is given back', async () => {
    const { claim, release, ofOrder } = create()
    await claim(mail, claimOf('a'))
    expect(await release(mail, 'b', 'not mine')).toBe('FENCED')
    expect(await release(mail, 'a', '451 try later')).toBe('OK')
    expect(await release(mail, 'a', '451 try later')).toBe('ALREADY')
    expect(await ofOrder('ord_1', 50)).toMatchObject([{ status: 'PENDING', reason: '451 try later' }])
    const [first] = await ofOrder('ord_1', 50)
    const claimedAtMs = Date.now()
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(claimedAtMs), { interval: 1 })
    expect(await claim(mail, claimOf('b'))).toBe('SEND')
    const [again] = await ofOrder('ord_1', 50)
    expect(again).toMatchObject({ status: 'SENDING', claimedAt: first?.claimedAt })
    expect(again).not.toHaveProperty('reason')
  })

  test('does not give back what was sent, nor what nobody knows about', async () => {
    const { claim, done, release } = create()
    await claim(mail, claimOf('a'))
    await done(mail, 'a', 'INDETERMINATE', 'connection lost')
    expect(await release(mail, 'a', 'late')).toBe('FENCED')
    await done(mail, 'a', 'SENT', '')
    expect(await release(mail, 'a', 'late')).toBe('FENCED')
  })

  test('refuses a claim that arrives after its own release, and lets another one send', async () => {
    const { claim, release } = create()
    expect(await release(mail, 'a', 'the claim was not answered')).toBe('OK')
    expect(await claim(mail, claimOf('a'))).toBe('BUSY')
    expect(await claim(mail, claimOf('b'))).toBe('SEND')
    await release(mail, 'b', 'not sent')
    expect(await claim(mail, claimOf('b'))).toBe('BUSY')
  })

  test('does not note an end of something never claimed', async () => {
    const { done } = create()
    expect(await done(mail, 'a', 'SENT', '')).toBe('MISSING')
  })

  test('does not turn what was sent into anything else', async () => {
    const { claim, done } = create()
    await claim(mail, claimOf('a'))
    await done(mail, 'a', 'SENT', '')
    expect(await done(mail, 'a', 'FAILED', 'no')).toBe('FENCED')
    expect(await claim(mail, claimOf('b'))).toBe('SENT')
  })

  test('lists those of an order oldest first, and of all orders newest first, up to a limit', async () => {
    const { claim, ofOrder, newest } = create()
    for (const [orderId, sequence] of [
      ['ord_1', 1],
      ['ord_2', 1],
      ['ord_1', 2],
    ] as const) {
      await claim({ ...mail, orderId, eventId: `${orderId}:${sequence}` }, claimOf('a'))
      const claimedAtMs = Date.now()
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(claimedAtMs), { interval: 1 })
    }
    const ids = (items: readonly { readonly eventId: string }[]) => items.map(({ eventId }) => eventId)
    expect(ids(await ofOrder('ord_1', 50))).toEqual(['ord_1:1', 'ord_1:2'])
    expect(ids(await ofOrder('ord_1', 1))).toEqual(['ord_1:1'])
    expect(ids(await newest(50))).toEqual(['ord_1:2', 'ord_2:1', 'ord_1:1'])
    expect(ids(await newest(2))).toEqual(['ord_1:2', 'ord_2:1'])
    expect(await ofOrder('ord_3', 50)).toEqual([])
  })

  test('shows what was claimed, with its times', async () => {
    const { claim, done, ofOrder } = create()
    await claim(mail, claimOf('a'))
    await done(mail, 'a', 'SENT', '')
    const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown
    expect(await ofOrder('ord_1', 50)).toEqual([
      { ...mail, status: 'SENT', claimedAt: isoTime, updatedAt: isoTime },
    ])
  })
})

onRedisOnly((redis) => {
  test('uses the keys of the protocol, and none that expires', async () => {
    await createNotifications(redis).claim(mail, claimOf('a'))
    const of = shardOf('ord_1', NOTIFICATION_SHARDS)
    const keys = await redis.use((client) => client.keys('*'))
    expect(keys.toSorted()).toEqual(
      [`{n:${of}}:log`, `{n:${of}}:of:ord_1`, `{n:${of}}:ord_1:1:email`].toSorted(),
    )
    for (const key of keys) expect(await redis.use((client) => client.ttl(key))).toBe(-1)
  })

  const of = shardOf(mail.orderId, NOTIFICATION_SHARDS)
  const record = `{n:${of}}:${mail.eventId}:${mail.channel}`
  const { claim, presume, release, done } = createNotifications(redis)

  test.each([
    ['index of the order', `{n:${of}}:of:${mail.orderId}`],
    ['log', `{n:${of}}:log`],
  ])(
    'a claim that finds the %s of another type changes nothing, and is given after the repair',
    async (_name, key) => {
      await redis.use((client) => client.set(key, 'x'))
      await expectUntouched(redis, () => claim(mail, claimOf('a')))
      await expectUntouched(redis, () => presume(mail, '2026-11-24T10:00:00.000Z', 'lost'))
      await redis.use((client) => client.del(key))
      expect(await claim(mail, claimOf('b'))).toBe('SEND')
      expect(await redis.use((client) => client.zcard(key))).toBe(1)
    },
  )

  test.each([
    [{ st: 'SENDING', own: 'b', claimedAt: 1 }],
    [{ st: 'SENDING', own: 'b', claimedAt: 1, lease: 'x' }],
    [{ st: 'SENDING', own: 'a', claimedAt: 'x', lease: 1 }],
    [{ st: 'PENDING', own: 'b', claimedAt: 'x' }],
    [{ st: 'LOST', own: 'b', claimedAt: 1, lease: 1 }],
  ])('a claim of a record %o is unusable, and nobody sends', async (fields) => {
    await redis.use((client) => client.hset(record, fields))
    await expectUntouched(redis, () => claim(mail, claimOf('a')))
  })

  test('a record of another type is unusable', async () => {
    await redis.use((client) => client.set(record, 'x'))
    await expectUntouched(redis, () => claim(mail, claimOf('a')))
    await expectUntouched(redis, () => done(mail, 'a', 'SENT', ''))
    await expectUntouched(redis, () => release(mail, 'a', 'refused'))
  })
})

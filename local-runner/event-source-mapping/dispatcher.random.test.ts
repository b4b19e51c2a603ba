import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Invoke } from '../lambda/invocation.ts'
import { numbersOf } from '../testing/numbers-of.ts'
import { createDispatcher } from './dispatcher.ts'
import { commitOffsetOf, createLane, type Lane } from './lane.ts'
import type { EventRecord } from './msk-event/msk-event.ts'
import { runBatch } from './run-batch.ts'
import { skipRecord } from './skip-record.ts'
import { recordAt } from './testing/record-at.ts'

const PARTITIONS = [0, 1, 2, 3, 4, 5, 6, 7]
const MAX_CONCURRENCY = 5
const WINDOW_MS = 20
/** The longest that a batch waits for another, and a few timers. */
const LONGEST_WAIT_MS = 110
const DURATIONS_MS = [0, 1, 5, 15, 40, 90, 300, 600]
const LONGEST_PAUSE_MS = 300
/** A batch notices what it has lost, or what was skipped, after its running attempt and the pause. */
const LONGEST_ATTEMPT_MS = 600 + LONGEST_PAUSE_MS

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** That of `node:timers/promises` goes by the real clock. */
const elapse = (ms: number | undefined) => new Promise((resolve) => void setTimeout(resolve, ms))

/** Partitions that come and go, with records of which some fail, and a function that checks what it is given. */
function createWorld(seed: number) {
  const below = numbersOf(seed)
  const elapsedMs = () => performance.now()
  const faults: string[] = []
  const written = PARTITIONS.map(() => 0)
  const committed = PARTITIONS.map(() => 0)
  /** Next offset that the function has not seen. */
  const reached = PARTITIONS.map(() => 0)
  const skipped = new Set<string>()
  const lanes = new Map<number, Lane>()
  const poison = new Map<string, number>()
  const invoked = new Set<number>()
  const done = new Set<EventRecord>()
  const payloads = new Map<string, readonly EventRecord[]>()
  /** When a partition was lost last, or one of its records skipped. */
  const touchedAt = new Map<number, number>()
  const readySince = new Map<number, number>()
  const stopping = new AbortController()
  let isSettled = true
  let isHealed = false
  let most = 0

  const nameOf = ({ partition, offset }: EventRecord) => `${partition}@${offset}`
  const check = (isRight: boolean, fault: string) => {
    if (!isRight) faults.push(`${elapsedMs()} ms: ${fault}`)
  }
  const checkOrder = (records: readonly EventRecord[]) => {
    for (const record of records) {
      const { partition, offset } = record
      check(!done.has(record), `${nameOf(record)} is invoked again after a success`)
      while (skipped.has(`${partition}@${reached[partition]}`))
        reached[partition] = (reached[partition] ?? 0) + 1
      check(Number(offset) <= (reached[partition] ?? 0), `${nameOf(record)} overtakes ${reached[partition]}`)
      reached[partition] = Math.max(reached[partition] ?? 0, Number(offset) + 1)
    }
  }
  const isFailing = (record: EventRecord) => {
    const left = poison.get(nameOf(record)) ?? 0
    poison.set(nameOf(record), left - 1)
    return left > 0
  }

  const invoke: Invoke = async (payload) => {
    const records = payloads.get(payload) ?? []
    const partitions = new Set(records.map(({ partition }) => partition))
    check(!stopping.signal.aborted, 'an invocation begins after the stop')
    for (const partition of partitions)
      check(!invoked.has(partition), `partition ${partition} is invoked twice`)
    checkOrder(records)
    for (const partition of partitions) invoked.add(partition)
    most = Math.max(most, dispatcher.inFlight())
    await elapse(isHealed ? 1 : DURATIONS_MS[below(DURATIONS_MS.length)])
    for (const partition of partitions) invoked.delete(partition)
    if (!isHealed && below(20) === 0) return { outcome: 'throttled', reason: 'full' }
    const failing = records.filter(isFailing)
    if (failing.length > 0 && below(2) === 0)
      return { outcome: 'function-error', error: { errorType: 'Error', errorMessage: 'boom', trace: [] } }
    for (const record of records) if (!failing.includes(record)) done.add(record)
    const batchItemFailures = failing.map(({ partition, offset }) => ({
      itemIdentifier: { partition: `t-${partition}`, offset: Number(offset) },
    }))
    return { outcome: 'success', payload: JSON.stringify({ batchItemFailures }) }
  }

  const dispatcher = createDispatcher({
    lanes: () => lanes,
    isSettled: () => isSettled,
    limits: {
      batchSize: 12,
      windowMs: WINDOW_MS,
      maxPayloadBytes: 10_000,
      emptyBytes: 2,
      partitionBytes: () => 2,
    },
    maxConcurrency: () => MAX_CONCURRENCY,
    isProvisioned: below(2) === 0,
    runBatch: (batch, progress) =>
      runBatch(batch, {
        topic: 't',
        policy: {
          maximumRetries: Infinity,
          maximumRecordAgeMs: Infinity,
          isBisecting: below(2) === 0,
          isReportingItemFailures: true,
        },
        toPayload: (records) => {
          const payload = records.map(nameOf).join()
          payloads.set(payload, records)
          return payload
        },
        invoke,
        discard: async () => true,
        newRequestId: () => 'id',
        onFinished: () => undefined,
        onThrottled: () => undefined,
        retryDelayMs: (retry) => Math.min(20 * 2 ** retry, LONGEST_PAUSE_MS),
        record: () => undefined,
        now: () => 0,
        elapsedMs,
        stopping: stopping.signal,
        ...progress,
      }),
    onTaken: () => undefined,
    onSettled: () => undefined,
    record: ({ name }) => check(name !== 'batch.defect', name),
    now: () => 0,
    elapsedMs,
  })

  const fetch = (lane: Lane) => {
    for (let offset = Number(lane.position); offset < (written[lane.partition] ?? 0); offset++)
      if (!skipped.has(`${lane.partition}@${offset}`))
        lane.buffer.push(recordAt(lane.partition, BigInt(offset)))
    lane.position = BigInt(written[lane.partition] ?? 0)
  }
  const write = (partition: number, count: number) => {
    const from = written[partition] ?? 0
    if (below(8) === 0) poison.set(`${partition}@${from + below(count)}`, below(6))
    written[partition] = from + count
    const lane = lanes.get(partition)
    if (lane) fetch(lane)
  }
  const own = (partition: number) => {
    if (lanes.has(partition)) return
    const lane = createLane(partition, elapsedMs())
    lane.position = BigInt(committed[partition] ?? 0)
    lanes.set(partition, lane)
    fetch(lane)
  }
  const lose = (partition: number) => {
    const lane = lanes.get(partition)
    if (!lane) return
    committed[partition] = Number(commitOffsetOf(lane))
    touchedAt.set(partition, elapsedMs())
    lanes.delete(partition)
    lane.abandon()
  }
  const skip = (partition: number) => {
    const lane = lanes.get(partition)
    const record = lane?.inFlight[0] ?? lane?.buffer[0]
    if (!lane || !record) return
    touchedAt.set(partition, elapsedMs())
    skipped.add(nameOf(record))
    skipRecord(lane, record.offset)
  }

  /** What could go and does not. */
  const checkWaiting = () => {
    for (const partition of PARTITIONS) {
      const lane = lanes.get(partition)
      const isReady =
        isSettled &&
        lane !== undefined &&
        lane.buffer.length > 0 &&
        lane.inFlight.length === 0 &&
        !invoked.has(partition) &&
        dispatcher.inFlight() < MAX_CONCURRENCY &&
        lane.windowStartMs + WINDOW_MS <= elapsedMs()
      if (!isReady) readySince.delete(partition)
      else if (!readySince.has(partition)) readySince.set(partition, elapsedMs())
      else {
        const readyMs = elapsedMs() - (readySince.get(partition) ?? 0)
        const isTouched = elapsedMs() - (touchedAt.get(partition) ?? -Infinity) <= LONGEST_ATTEMPT_MS
        check(
          readyMs <= LONGEST_WAIT_MS + (isTouched ? LONGEST_ATTEMPT_MS : 0),
          `partition ${partition} waits`,
        )
      }
    }
  }
  const pass = async (ms: number) => {
    for (let step = 0; step < ms; step++) {
      await vi.advanceTimersByTimeAsync(1)
      if (!stopping.signal.aborted) checkWaiting()
    }
  }
  const actions = [
    ...Array.from({ length: 9 }, () => (partition: number) => write(partition, 1 + below(3))),
    (partition: number) => write(partition, 10 + below(40)),
    lose,
    own,
    own,
    skip,
    () => (isSettled = false),
    () => (isSettled = true),
    () => (isSettled = true),
  ]

  return {
    lanes,
    faults,
    dispatcher,
    mostInFlight: () => most,
    /** What happens, at random, for some seconds. */
    live: async () => {
      for (let step = 0; step < 300 && faults.length === 0; step++) {
        actions[below(actions.length)]?.(PARTITIONS[below(PARTITIONS.length)] ?? 0)
        dispatcher.wake()
        await pass(below(30))
      }
    },
    pass,
    /** From now on nothing fails and every partition is owned. */
    heal: () => {
      isHealed = true
      poison.clear()
      isSettled = true
      for (const partition of PARTITIONS) own(partition)
      dispatcher.wake()
    },
    stop: () => {
      stopping.abort()
      return dispatcher.close()
    },
  }
}

const seeds = Array.from({ length: 8 }, (_, index) => index + 1)

test.each(seeds)(
  '[2.3] order, one invocation for a partition, and no wait without a cause: seed %i',
  async (seed) => {
    const { live, heal, pass, faults, lanes, mostInFlight } = createWorld(seed)
    await live()
    expect(faults).toEqual([])
    heal()
    await pass(5000)
    expect(faults).toEqual([])
    const left = [...lanes.values()].map(({ buffer, inFlight }) => buffer.length + inFlight.length)
    expect(left).toEqual(PARTITIONS.map(() => 0))
    expect(mostInFlight()).toBe(MAX_CONCURRENCY)
  },
)

test.each(seeds)('[2.3] a stop ends the invocations in flight and begins none: seed %i', async (seed) => {
  const { live, stop, pass, faults, dispatcher } = createWorld(seed)
  await live()
  let isStopped = false
  void stop().then(() => (isStopped = true))
  await pass(LONGEST_ATTEMPT_MS)
  expect([isStopped, dispatcher.inFlight(), faults]).toEqual([true, 0, []])
})

/** Epoch ms with a fraction: the producer is another process. */
export const preciseNow = () => performance.timeOrigin + performance.now()

export interface Meter {
  /** Called with the send time in each value. */
  readonly read: (sentAtMs: readonly number[]) => void
  /** Resolves when the expected number of values has been read. */
  readonly all: Promise<void>
  /** From the first record to the last. */
  readonly perSecond: () => number
  readonly latency: () => { readonly p50Ms: number; readonly p99Ms: number }
}

export function createMeter(expected: number): Meter {
  const all = Promise.withResolvers<void>()
  const latencies: number[] = []
  let firstMs: number | undefined
  let lastMs = 0
  return {
    read: (sentAtMs) => {
      lastMs = preciseNow()
      firstMs ??= lastMs
      for (const sentMs of sentAtMs) latencies.push(lastMs - sentMs)
      if (latencies.length >= expected) all.resolve()
    },
    all: all.promise,
    perSecond: () => (latencies.length / (lastMs - (firstMs ?? lastMs))) * 1000,
    latency: () => {
      const sorted = latencies.toSorted((one, other) => one - other)
      const percentile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
      return { p50Ms: percentile(0.5), p99Ms: percentile(0.99) }
    },
  }
}

interface Event {
  readonly records: Readonly<Record<string, readonly { readonly value: string }[]>>
}

/** The send times in the records of an MSK event, decoded as a handler does: JSON, base64, JSON. */
export function sendTimesOf(payload: string): readonly number[] {
  // Not validated: the bench wrote them, and the cost would count as the mapping's.
  const { records } = JSON.parse(payload) as Event
  return Object.values(records)
    .flat()
    .map(({ value }) => sendTimeOf(Buffer.from(value, 'base64').toString()))
}

export function sendTimeOf(text: string): number {
  return (JSON.parse(text) as { readonly sentAtMs: number }).sentAtMs
}

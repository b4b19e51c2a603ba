const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** The ms of an EventBridge `rate(...)`; undefined when it is none. EventBridge wants the singular for 1 and only for 1. */
export function rateMs(expression: string): number | undefined {
  const [, count, unit, plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? []
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') return undefined
  return (count === '1') === (plural === '') ? Number(count) * UNIT_MS[unit] : undefined
}

import { loadInternal } from './internals.ts'

/** Every instant of kafkajs 2.2.4 from which it measures a duration that matters here. */
const TIMES = [
  ['consumer/consumerGroup', 'lastRequest'], // when to send a heartbeat
  ['network/requestQueue/socketRequest', 'sentAt'], // when a request has timed out
  ['network/requestQueue', 'throttledUntil'],
  ['cluster/brokerPool', 'metadataExpireAt'],
] as const

function prototypeOf(value: unknown): object | undefined {
  if (typeof value !== 'function') return undefined
  const prototype: unknown = value.prototype
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined
}

/**
 * kafkajs measures durations by Date.now(): after a clock stepped back a minute, it sends no heartbeat for that minute and is
 * expelled from its group. These fields now keep their instant on the monotonic clock and are read as what that instant is on
 * the wall clock of the moment, so `Date.now() - sentAt` is the time that has passed.
 * @throws Error when this version of kafkajs has no such field
 */
export function repairTimes(): void {
  for (const [name, field] of TIMES) {
    const timed = loadInternal(name)
    const prototype = prototypeOf(timed)
    if (prototype === undefined || !String(timed).includes(`this.${field} = `))
      throw new Error(`kafkajs has no ${field} in ${name} any more: see how it measures time`)
    const instants = new WeakMap<object, number>()
    Object.defineProperty(prototype, field, {
      configurable: true,
      get(this: object) {
        const instant = instants.get(this)
        return instant === undefined ? null : instant - performance.now() + Date.now()
      },
      set(this: object, epochMs: number | null) {
        if (epochMs === null) instants.delete(this)
        else instants.set(this, epochMs - Date.now() + performance.now())
      },
    })
  }
}

import { orderOutboxKey } from '../../shared/orders/keys.ts'
import { type Actor, stepAfter } from './actor.ts'
import { consumer, type ModelOrder, sweeper } from './actors.ts'
import type { Execute, Keys } from './executor.ts'
import { afterCall, afterLease } from './keys.ts'

const MAX_ROUNDS = 10

/** What the schedule and the stock function do once nobody else acts: sweep, and read every event back. */
export async function repair(orders: readonly ModelOrder[], keys: Keys, execute: Execute): Promise<Keys> {
  let at = keys
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = at
    for (const order of orders) {
      at = afterLease(order, at) ?? at
      at = await runAlone(sweeper('sweeper', order), at, execute)
      for (const sequence of Object.keys(at[orderOutboxKey(order.orderId)] ?? {})) {
        const reader = consumer('consumer', order, (event) => String(event.sequence) === sequence)
        at = await runAlone(reader, at, execute)
      }
    }
    if (at === before) break
  }
  return at
}

async function runAlone(actor: Actor, keys: Keys, execute: Execute): Promise<Keys> {
  const begunWith = actor.begin(keys)
  if (begunWith === undefined) return keys
  let at = keys
  const replies: unknown[] = []
  for (;;) {
    const step = await stepAfter(actor, begunWith, replies)
    if ('result' in step) {
      if (step.result.startsWith('failed: ')) throw new Error(`${actor.name} ${step.result}`)
      return at
    }
    const after = await afterCall(step.next, at, execute)
    replies.push(after.reply)
    at = after.keys
  }
}

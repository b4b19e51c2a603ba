import { type Actor, stepAfter } from './actor.ts'
import type { Execute, Keys } from './executor.ts'
import type { Scenario } from './explore.ts'
import { afterCall, afterLease, firstKeys } from './keys.ts'

/** Follows one interleaving: each step is the name of the actor whose next call runs, or `lease ends`. */
export async function follow(scenario: Scenario, execute: Execute, steps: readonly string[]): Promise<Keys> {
  let keys = firstKeys(scenario)
  const places = new Map<string, { readonly begunWith: string; readonly replies: readonly unknown[] }>()
  for (const name of steps) {
    if (name === 'lease ends') {
      for (const order of scenario.orders) keys = afterLease(order, keys) ?? keys
      continue
    }
    const actor = actorCalled(name, scenario)
    const begunWith = actor.begin(keys)
    const place = places.get(name) ?? (begunWith === undefined ? undefined : { begunWith, replies: [] })
    if (!place) throw new Error(`${name} cannot begin yet`)
    const step = await stepAfter(actor, place.begunWith, place.replies)
    if ('result' in step) throw new Error(`${name} has ended: ${step.result}`)
    const after = await afterCall(step.next, keys, execute)
    places.set(name, { ...place, replies: [...place.replies, after.reply] })
    keys = after.keys
  }
  return keys
}

function actorCalled(name: string, { actors }: Scenario): Actor {
  const actor = actors.find((one) => one.name === name)
  if (!actor) throw new Error(`there is no actor ${name}`)
  return actor
}

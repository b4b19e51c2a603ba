import { type Actor, stepAfter } from './actor.ts'
import type { Execute, Keys } from './executor.ts'
import type { Scene } from './explore.ts'
import { firstKeys } from './first-keys.ts'
import { afterCall, afterLease } from './keys-after.ts'

/** Takes one way through a scene: each step is the name of the actor whose next call runs, or `lease ends`. */
export async function follow(scene: Scene, execute: Execute, steps: readonly string[]): Promise<Keys> {
  let keys = firstKeys(scene)
  const places = new Map<string, { readonly begunWith: string; readonly replies: readonly unknown[] }>()
  for (const name of steps) {
    if (name === 'lease ends') {
      for (const order of scene.orders) keys = afterLease(order, keys) ?? keys
      continue
    }
    const actor = actorCalled(name, scene)
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

function actorCalled(name: string, { actors }: Scene): Actor {
  const actor = actors.find((one) => one.name === name)
  if (!actor) throw new Error(`there is no actor ${name}`)
  return actor
}
